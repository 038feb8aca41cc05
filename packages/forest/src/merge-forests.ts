import { ForestError } from './error.ts';
import type { Forest } from './forest.ts';

/**
 * One forest of the trees of several, in their order: what shards of one training give is, byte for byte, what it gives as a whole.
 * @throws ForestError where they are not of one kind.
 */
export function mergeForests(parts: readonly Forest[]): Forest {
  const [first] = parts;
  if (!first) throw new ForestError('no forests to merge; at least one is needed');
  for (const [index, part] of parts.entries()) {
    for (const key of ['columns', 'task', 'classes', 'outputs', 'bytes', 'float32', 'aggregate', 'link'] as const)
      if (part[key] !== first[key]) throw new ForestError(`forest ${index} has ${key} ${part[key]}, but the first ${first[key]}`);
    if (part.base.some((value, output) => value !== first.base[output]))
      throw new ForestError(`forest ${index} has another base than the first`);
  }
  return { ...first, trees: parts.flatMap(({ trees }) => trees) };
}
