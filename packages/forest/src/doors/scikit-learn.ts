import { ForestError } from '../error.ts';
import type { Forest } from '../forest.ts';
import { treeWriter } from '../tree-writer.ts';
import type { Tree } from '../tree.ts';
import type { ForeignForest } from './foreign-forest.ts';
import { list, number, numbers, object, whole, type Json } from './json.ts';

const format = 'scikit-learn-forest';

/**
 * Reads what examples/forest/export_forest.py wrote of a scikit-learn forest: RandomForest, ExtraTrees, DecisionTree, GradientBoosting and
 * HistGradientBoosting, of classifiers or regressors, and LightGBM's LGBM. Thresholds are the very doubles, and rows are rounded to float32
 * where the library does so (all but the last two), so that each row reaches the same leaves. Names of fields are those of scikit-learn's
 * `tree_`.
 *
 * @throws ForestError that says what is wrong where
 */
export function fromScikitLearn(json: unknown): ForeignForest {
  const file = object(json, 'the JSON');
  if (file['format'] !== format || file['version'] !== 1)
    throw new ForestError(`format "${String(file['format'])}" version ${String(file['version'])}; "${format}" version 1 is read`);
  const task = oneOf(file, 'task', ['classification', 'regression'] as const);
  const aggregate = oneOf(file, 'aggregate', ['mean', 'sum'] as const);
  const link = oneOf(file, 'link', ['none', 'logistic', 'softmax'] as const);
  const classNames = task === 'classification' ? list(file['classes'], 'classes').map(String) : undefined;
  const outputs = whole(file['n_outputs'], 'n_outputs', 1, 65_535);
  const columns = whole(file['n_features'], 'n_features', 1, 0x7fff_ffff);
  const base = Float64Array.from(numbers(file['base'], 'base'));
  if (base.length !== outputs) throw new ForestError(`${base.length} numbers of base for ${outputs} outputs`);
  const weights = task === 'classification' && aggregate === 'mean';
  const float32 = oneOf({ float32: true, ...file }, 'float32', [true, false] as const);
  const trees = list(file['trees'], 'trees').map((tree, i) =>
    readTree(object(tree, `trees[${i}]`), { columns, outputs, weights }, `trees[${i}]`),
  );
  if (trees.length === 0) throw new ForestError('the forest has no trees');
  const kind = { task, aggregate, link, classes: classNames?.length ?? 0, outputs };
  const forest: Forest = { columns, ...kind, bytes: false, float32, base, trees };
  return { forest, ...(classNames && { classNames }) };
}

function oneOf<T extends string | boolean>(file: Json, name: string, known: readonly T[]): T {
  const found = known.find((each) => each === file[name]);
  if (found === undefined) throw new ForestError(`${name} is ${JSON.stringify(file[name])}; it is one of ${known.join(', ')}`);
  return found;
}

type Sizes = { readonly columns: number; readonly outputs: number; readonly weights: boolean };

function readTree(from: Json, { columns, outputs, weights }: Sizes, what: string): Tree {
  const left = numbers(from['children_left'], `${what}.children_left`);
  const column = <T>(name: string, values: readonly T[], length = left.length): readonly T[] => {
    if (values.length !== length) throw new ForestError(`${what}.${name} has ${values.length} entries; ${length} are expected`);
    return values;
  };
  const named = (name: string, length?: number): readonly number[] => column(name, numbers(from[name], `${what}.${name}`), length);
  const right = named('children_right');
  const feature = named('feature');
  const threshold = named('threshold');
  const missingLeft = named('missing_go_to_left');
  const cover = named('weighted_n_node_samples');
  const leaves = left.filter((child) => child < 0).length;
  const value = column('value', list(from['value'], `${what}.value`), leaves);
  const output = Number(from['output'] ?? 0); // of boosted trees, whose leaves hold one number each
  const leafOf = new Map<number, number>();
  for (const [node, child] of left.entries()) if (child < 0) leafOf.set(node, leafOf.size);

  const writer = treeWriter();
  const waiting = [{ from: 0, node: writer.root }];
  let planted = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node } = next;
    const place = whole(next.from, `${what}, a child`, 0, left.length - 1);
    if (++planted > left.length) throw new ForestError(`${what}: a node is the child of two, so that they make no tree`);
    const leaf = leafOf.get(place);
    if (leaf === undefined) {
      const split = whole(feature[place], `${what}.feature[${place}]`, 0, columns - 1);
      const made = writer.split(node, split, threshold[place] as number, { missingRight: missingLeft[place] === 0 });
      waiting.push({ from: right[place] as number, node: made + 1 }, { from: left[place] as number, node: made });
      continue;
    }
    const held = numbers(value[leaf], `${what}.value[${leaf}]`);
    if (weights && held.length !== outputs)
      throw new ForestError(`${what}.value[${leaf}] has ${held.length} weights for ${outputs} classes`);
    if (weights) writer.leaf(node, Float64Array.from(held));
    else if (held.length === outputs && from['output'] === undefined) writer.value(node, held, cover[place] as number);
    else
      writer.entries(
        node,
        [whole(output, `${what}.output`, 0, outputs - 1)],
        [number(held[0], `${what}.value[${leaf}]`)],
        cover[place] as number,
      );
  }
  return writer.finish();
}
