import { holdsWeights, type Forest } from './forest.ts';
import { square, timesLog, type Term } from './node-totals.ts';
import type { Criterion } from './parameters.ts';
import type { Tree } from './tree.ts';

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
    addDecreases(tree, 0, forest, criterion, own);
    const total = own.reduce((sum, each) => sum + each, 0);
    if (total > 0)
      for (let column = 0; column < own.length; column++) sums[column] = (sums[column] as number) + (own[column] as number) / total;
  }
  const total = sums.reduce((sum, each) => sum + each, 0);
  return total > 0 ? sums.map((sum) => sum / total) : sums;
}

/** What a node holds of each output (class weights, or the sum of weighted values), the sum of the criterion's terms of these, and its weight. */
type Held = { readonly byOutput: Map<number, number>; terms: number; weight: number };

/** Adds the decreases of a tree to `own`, from the leaves up, without recursion: a tree may be as deep as it has rows. */
function addDecreases(tree: Tree, root: number, forest: Forest, criterion: Criterion, own: Float64Array): void {
  const weights = holdsWeights(forest);
  const term = criterion === 'entropy' ? timesLog : square;
  const held = new Map<number, Held>();
  const waiting = [root];
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
function explained({ terms, weight }: Held, criterion: Criterion): number {
  if (criterion === 'entropy') return terms - timesLog(weight);
  return weight > 0 ? terms / weight : 0;
}
