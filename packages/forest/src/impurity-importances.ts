import { holdsWeights, type Forest } from './forest.ts';
import { square, timesLog, type Term } from './node-totals.ts';
import type { Criterion } from './parameters.ts';
import type { Tree } from './tree.ts';

const mostCells = 1 << 22; // numbers of a tree's nodes that may lie side by side

/**
 * Mean decrease in impurity by column (Breiman, 2001; scikit-learn's `feature_importances_`): what each split lessened the impurity by,
 * weighed by the rows it had; of each tree as shares of 1, their mean over the trees that have a split. It is read off the forest, so shards
 * and forests of others have it too, if their leaves say how many rows they had. All 0 where no tree has a split.
 */
export function impurityImportances(
  forest: Forest,
  criterion: Criterion = forest.task === 'regression' ? 'squared_error' : 'gini',
): Float64Array {
  const sums = new Float64Array(forest.columns);
  for (const tree of forest.trees) {
    const own = new Float64Array(forest.columns);
    if (tree.features.length * forest.outputs <= mostCells) addDense(tree, forest, criterion, own);
    else addSparse(tree, forest, criterion, own);
    const total = own.reduce((sum, each) => sum + each, 0);
    if (total > 0)
      for (let column = 0; column < own.length; column++) sums[column] = (sums[column] as number) + (own[column] as number) / total;
  }
  const total = sums.reduce((sum, each) => sum + each, 0);
  return total > 0 ? sums.map((sum) => sum / total) : sums;
}

/** Adds the decreases of a tree to `own`, from the last node to the root: children come after their parents. */
function addDense(tree: Tree, forest: Forest, criterion: Criterion, own: Float64Array): void {
  const { features, children, leafOffsets, leafOutputs, leafValues, covers } = tree;
  const { outputs } = forest;
  const weights = holdsWeights(forest);
  const term = criterion === 'entropy' ? timesLog : square;
  const held = new Float64Array(features.length * outputs); // class weights, or the sum of weighted values, by node
  const weight = new Float64Array(features.length);
  const explainedBy = new Float64Array(features.length);
  for (let node = features.length - 1; node >= 0; node--) {
    const child = children[node] as number;
    const column = features[node] as number;
    const at = node * outputs;
    if (column < 0) {
      const cover = covers[child] as number;
      weight[node] = cover;
      for (let i = leafOffsets[child] as number; i < (leafOffsets[child + 1] as number); i++)
        held[at + (leafOutputs[i] as number)] = (leafValues[i] as number) * (weights ? 1 : cover);
    } else {
      weight[node] = (weight[child] as number) + (weight[child + 1] as number);
      for (let output = 0; output < outputs; output++)
        held[at + output] = (held[child * outputs + output] as number) + (held[(child + 1) * outputs + output] as number);
    }
    let terms = 0;
    for (let output = 0; output < outputs; output++) terms += term(held[at + output] as number);
    explainedBy[node] = explained({ terms, weight: weight[node] as number }, criterion);
    if (column < 0) continue;
    const decrease = (explainedBy[child] as number) + (explainedBy[child + 1] as number) - (explainedBy[node] as number);
    own[column] = (own[column] as number) + Math.max(0, decrease);
  }
}

/** What a node holds of each output (class weights, or the sum of weighted values), the sum of the criterion's terms of these, and its weight. */
type Held = { readonly byOutput: Map<number, number>; terms: number; weight: number };

/** The same for so many outputs that most nodes have few of them. Without recursion: a tree may be as deep as it has rows. */
function addSparse(tree: Tree, forest: Forest, criterion: Criterion, own: Float64Array): void {
  const weights = holdsWeights(forest);
  const term = criterion === 'entropy' ? timesLog : square;
  const held = new Map<number, Held>();
  const waiting = [0];
  while (waiting.length > 0) {
    const node = waiting.at(-1) as number;
    const column = tree.features[node] as number;
    const left = tree.children[node] as number;
    if (column < 0) held.set(node, leafOf(tree, left, weights, term));
    else if (!held.has(left)) {
      waiting.push(left + 1, left);
      continue;
    } else {
      const [first, second] = [held.get(left) as Held, held.get(left + 1) as Held];
      const [small, large] = first.byOutput.size < second.byOutput.size ? [first, second] : [second, first];
      const parts = explained(small, criterion) + explained(large, criterion);
      for (const [output, sum] of small.byOutput) {
        const before = large.byOutput.get(output) ?? 0;
        large.byOutput.set(output, before + sum);
        large.terms += term(before + sum) - term(before);
      }
      large.weight += small.weight;
      held.set(node, large);
      held.delete(left);
      held.delete(left + 1);
      own[column] = (own[column] as number) + Math.max(0, parts - explained(large, criterion));
    }
    waiting.pop();
  }
}

function leafOf({ leafOffsets, leafOutputs, leafValues, covers }: Tree, leaf: number, weights: boolean, term: Term): Held {
  const weight = covers[leaf] as number;
  const held: Held = { byOutput: new Map(), terms: 0, weight };
  for (let i = leafOffsets[leaf] as number; i < (leafOffsets[leaf + 1] as number); i++) {
    const sum = (leafValues[i] as number) * (weights ? 1 : weight);
    held.byOutput.set(leafOutputs[i] as number, sum);
    held.terms += term(sum);
  }
  return held;
}

/** What is to be greatest where the impurity, times the weight, is to be least: their sum is the same for all that could be said of the rows. */
function explained({ terms, weight }: Pick<Held, 'terms' | 'weight'>, criterion: Criterion): number {
  if (criterion === 'entropy') return terms - timesLog(weight);
  return weight > 0 ? terms / weight : 0;
}
