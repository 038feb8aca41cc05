import { ForestError } from '../error.ts';
import { classificationForest, holdsWeights, regressionForest, type Forest } from '../forest.ts';
import { categorical, type Tree } from '../tree.ts';
import { treeWriter } from '../tree-writer.ts';
import { nextDouble, previousDouble } from './float32.ts';
import { list, number, numbers, object, whole, type Json } from './json.ts';

const mostColumns = 0x7fff_ffff;

/**
 * Reads the JSON of a RandomForestClassifier or RandomForestRegression of ml-random-forest 2. There `x < t` goes left, so a threshold becomes
 * the double before it. What `predict` of the library says, `vote` says of a forest of classifiers, and `predictValues` of regressors.
 * The JSON does not say of how many columns rows are: as many as are split, unless `columns` says more.
 *
 *     const labels = forestPredictor(fromMlRandomForest(JSON.parse(text))).vote(features, rows);
 *
 * @throws ForestError that says what is wrong where
 */
export function fromMlRandomForest(json: unknown, options: { readonly columns?: number } = {}): Forest {
  const file = object(json, 'the JSON');
  const model = object(file['baseModel'], 'baseModel');
  const estimators = list(model['estimators'], 'estimators');
  const indexes = list(model['indexes'], 'indexes').map((of, i) => numbers(of, `indexes[${i}]`));
  if (estimators.length === 0 || estimators.length !== indexes.length)
    throw new ForestError(`${estimators.length} estimators and ${indexes.length} indexes; there is one for each, and at least one`);
  if (model['isClassifier'] !== true && (file['selectionMethod'] ?? 'mean') !== 'mean')
    throw new ForestError(`selectionMethod is ${String(file['selectionMethod'])}; of regressors, mean is read`);
  const trees = estimators.map((estimator, i) =>
    readTree(object(estimator, `estimators[${i}]`)['root'], indexes[i] as number[], `tree ${i}`),
  );
  const columns = trees.reduce((most, { features }) => features.reduce((a, b) => Math.max(a, b + 1), most), options.columns ?? 1);
  if (model['isClassifier'] !== true) return regressionForest({ columns, bytes: false, outputs: 1 }, trees);
  const classes = trees.reduce((most, { leafOutputs }) => leafOutputs.reduce((a, b) => Math.max(a, b + 1), most), 1);
  return classificationForest({ columns, bytes: false, classes }, trees);
}

function readTree(root: unknown, columns: readonly number[], what: string): Tree {
  const writer = treeWriter();
  const waiting = [{ from: object(root, `${what}, root`), node: writer.root }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { from, node } = next;
    if (!from['left'] || !from['right']) {
      const { distribution } = from;
      if (typeof distribution === 'number') writer.value(node, [number(distribution, `${what}, a distribution`)], 0);
      else writer.leaf(node, readShares(distribution, what));
      continue;
    }
    const index = whole(from['splitColumn'], `${what}, splitColumn`, 0, columns.length - 1);
    const column = whole(columns[index], `${what}, indexes[${index}]`, 0, mostColumns - 1);
    const left = writer.split(node, column, previousDouble(number(from['splitValue'], `${what}, splitValue`)));
    waiting.push(
      { from: object(from['right'], `${what}, right`), node: left + 1 },
      { from: object(from['left'], `${what}, left`), node: left },
    );
  }
  return writer.finish();
}

function readShares(distribution: unknown, what: string): Float64Array {
  const shares = numbers(list(distribution, `${what}, a distribution`)[0], `${what}, a distribution`);
  if (!shares.some((share) => share > 0) || shares.length > 65_535)
    throw new ForestError(`${what}: a distribution of ${shares.length} classes; one of 1 to 65535 has a share`);
  return Float64Array.from(shares);
}

/**
 * A random forest as `RandomForestClassifier.load` and `RandomForestRegression.load` of ml-random-forest 2 take it. `predict` of the library
 * says what `vote` or `predictValues` say. It takes about 190 bytes a node.
 *
 *     const library = RandomForestClassifier.load(toMlRandomForest(forest));
 *
 * @throws ForestError for a forest that the library knows no form of: boosted, of several outputs, or with splits by categories.
 */
export function toMlRandomForest(forest: Forest): Json {
  const { columns, task, aggregate, outputs, trees } = forest;
  const isClassifier = holdsWeights(forest);
  if (aggregate !== 'mean' || (task === 'regression' && outputs > 1))
    throw new ForestError(`ml-random-forest knows no ${task} of ${outputs} outputs by ${aggregate}`);
  const options = {
    gainFunction: isClassifier ? 'gini' : 'regression',
    splitFunction: 'mean',
    minNumSamples: 1,
    maxDepth: null,
    gainThreshold: 0,
  };
  const treeOptions = { ...options, kind: isClassifier ? 'classifier' : 'regression' };
  const indexes = trees.map(({ features }) => [...new Set(features)].filter((column) => column >= 0).toSorted((a, b) => a - b));
  const estimators = trees.map((tree, i) => ({
    options: treeOptions,
    root: nodeJson(tree, indexes[i] as number[], isClassifier),
    name: isClassifier ? 'DTClassifier' : 'DTRegression',
  }));
  const baseModel = {
    indexes: indexes.map((used) => (used.length > 0 ? used : [0])),
    n: columns,
    replacement: true,
    maxFeatures: 1,
    nEstimators: trees.length,
    treeOptions,
    isClassifier,
    seed: 0,
    estimators,
    useSampleBagging: true,
  };
  return { baseModel, ...(isClassifier ? { name: 'RFClassifier' } : { name: 'RFRegression', selectionMethod: 'mean' }) };
}

/** A tree's nodes from the leaves up: children come after their parents. */
function nodeJson(tree: Tree, used: readonly number[], isClassifier: boolean): Json {
  const { features, thresholds, flags, children, leafOffsets, leafOutputs, leafValues, covers } = tree;
  const placeOf = new Map(used.map((column, i) => [column, i]));
  const nodes: Json[] = [];
  for (let node = features.length - 1; node >= 0; node--) {
    const child = children[node] as number;
    if ((features[node] as number) >= 0) {
      if (((flags[node] as number) & categorical) !== 0) throw new ForestError('ml-random-forest knows no splits by categories');
      const splitColumn = placeOf.get(features[node] as number);
      nodes[node] = { splitValue: nextDouble(thresholds[node] as number), splitColumn, left: nodes[child], right: nodes[child + 1] };
      continue;
    }
    const [from, to] = [leafOffsets[child] as number, leafOffsets[child + 1] as number];
    if (!isClassifier) {
      nodes[node] = { distribution: leafValues[from] ?? 0 };
      continue;
    }
    const shares = Array.from({ length: (leafOutputs[to - 1] ?? 0) + 1 }, () => 0);
    for (let i = from; i < to; i++) shares[leafOutputs[i] as number] = (leafValues[i] as number) / (covers[child] as number);
    nodes[node] = { distribution: [shares] };
  }
  return nodes[0] as Json;
}
