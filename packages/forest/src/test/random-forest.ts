import type { Forest } from '../forest.ts';
import { treeWriter } from '../tree-writer.ts';
import type { Tree } from '../tree.ts';
import { pseudoRandom } from './trees.ts';

export type Shape = Partial<Omit<Forest, 'trees' | 'base'>> & {
  readonly trees?: number;
  readonly depth?: number;
  /** Missing values and categories, or only the former. */
  readonly flags?: boolean | 'missing';
  readonly sparse?: boolean;
  /** Weights that are no whole numbers. */
  readonly fractions?: boolean;
  readonly knownCovers?: boolean;
};

/** A forest of any kind that was never trained: its trees grow at random. The same seed gives the same forest. */
export function randomForest(seed: number, shape: Shape = {}): Forest {
  const { columns = 5, task = 'classification', bytes = false, float32 = false, aggregate = 'mean', link = 'none', trees = 3 } = shape;
  const classes = task === 'regression' ? 0 : (shape.classes ?? 4);
  const outputs = shape.outputs ?? (task === 'regression' ? 1 : classes);
  const random = pseudoRandom(seed);
  const base = Float64Array.from({ length: outputs }, () => (aggregate === 'sum' ? random() - 0.5 : 0));
  const whole = { columns, task, classes, outputs, bytes, float32, aggregate, base, link };
  return { ...whole, trees: Array.from({ length: trees }, () => randomTree(random, whole, shape)) };
}

function randomTree(
  random: () => number,
  forest: Omit<Forest, 'trees'>,
  { depth = 5, flags, sparse, fractions, knownCovers = true }: Shape,
): Tree {
  const { columns, outputs, bytes, task, aggregate } = forest;
  const below = (most: number): number => Math.floor(random() * most);
  const writer = treeWriter();
  const waiting = [{ node: writer.root, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node } = next;
    if (next.depth < depth && random() < 0.85) {
      const categories = flags === true && random() < 0.3 ? Array.from({ length: 1 + below(6) }, () => below(40)) : undefined;
      const threshold = bytes ? below(255) + 0.5 : (random() - 0.3) * 40;
      const options = { missingRight: flags !== undefined && flags !== false && random() < 0.5, ...(categories && { categories }) };
      const left = writer.split(node, below(columns), threshold, options);
      waiting.push({ node: left + 1, depth: next.depth + 1 }, { node: left, depth: next.depth + 1 });
      continue;
    }
    const numbers = Float64Array.from({ length: outputs }, () => (random() < 0.5 ? 0 : fractions ? random() : 1 + below(30)));
    if (task === 'classification' && aggregate === 'mean') {
      numbers[below(outputs)]! += 1;
      writer.leaf(node, numbers);
      continue;
    }
    const cover = knownCovers ? 1 + below(50) : 0;
    const held = [...numbers.keys()].filter((output) => !sparse || numbers[output] !== 0);
    const values = held.map(() => random() * 2 - 1);
    writer.entries(node, held, values, cover);
  }
  return writer.finish();
}

/** Shapes of all kinds of forests. */
export const shapes: readonly (readonly [string, Shape])[] = [
  ['counts of bytes', { bytes: true }],
  ['counts, doubles', { columns: 300, classes: 130 }],
  ['weights', { fractions: true, classes: 3 }],
  ['flags', { flags: true, depth: 8 }],
  ['flags of bytes', { flags: true, bytes: true }],
  ['missing values', { flags: 'missing', depth: 8 }],
  ['missing values of bytes', { flags: 'missing', bytes: true }],
  ['one column, one class', { columns: 1, classes: 1, bytes: true }],
  ['more columns than two bytes count', { columns: 65_537, depth: 3 }],
  ['a stump of no split', { depth: 0 }],
  ['regression', { task: 'regression', float32: true }],
  ['regression of three outputs', { task: 'regression', outputs: 3 }],
  ['boosted regression without covers', { task: 'regression', aggregate: 'sum', knownCovers: false, flags: true }],
  ['boosted, one score of two classes', { aggregate: 'sum', classes: 2, outputs: 1, link: 'logistic' }],
  ['boosted, many classes', { aggregate: 'sum', classes: 5, link: 'softmax', sparse: true }],
  ['boosted, one against the rest', { aggregate: 'sum', classes: 3, link: 'logistic', sparse: true, flags: true }],
];
