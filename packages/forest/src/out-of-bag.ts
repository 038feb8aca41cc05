import { drawRows } from './bootstrap.ts';
import { holdsWeights, type Forest } from './forest.ts';
import type { LabelledRows } from './labelled-rows.ts';
import { rowsPerTree, type ForestParameters } from './parameters.ts';
import { randomBelow, treeSeed } from './random.ts';
import { leafOfRow } from './tree-walk.ts';

/** How a forest does on rows that its trees did not see: an estimate without a test set (Breiman, 2001). */
export type OutOfBag = {
  /** The share of rows whose class is right, or R² of the numbers; of the rows that some tree did not see. Rows count by their sample weight. */
  readonly score: number;
  /** How many rows some tree did not see. */
  readonly rows: number;
  /** The mean of those trees' class shares, `rows × classes`, or of their numbers, one a row; NaN where all trees saw the row. */
  readonly decision: Float64Array;
};

/**
 * Scores a forest out of bag. Which rows a tree saw is drawn again from its seed, so trees that came from shards or from a file do as well;
 * the forest's first tree has the index `from`.
 */
export async function scoreOutOfBag(
  forest: Forest,
  given: LabelledRows,
  parameters: ForestParameters,
  { from = 0, signal }: { readonly from?: number; readonly signal?: AbortSignal } = {},
): Promise<OutOfBag> {
  const { rows, columns, features } = given;
  const { outputs } = forest;
  const counts = new Int32Array(rows);
  const trees = new Int32Array(rows);
  const decision = new Float64Array(rows * outputs);
  const draws = rowsPerTree(parameters.maxSamples, rows);
  for (const [index, tree] of forest.trees.entries()) {
    drawRows(counts, true, randomBelow(treeSeed(parameters.seed, from + index)), draws);
    for (let row = 0; row < rows; row++) {
      if ((counts[row] as number) > 0) continue;
      trees[row] = (trees[row] as number) + 1;
      const leaf = leafOfRow(tree, features, row * columns);
      const whole = holdsWeights(forest) ? (tree.covers[leaf] as number) : 1;
      for (let i = tree.leafOffsets[leaf] as number; i < (tree.leafOffsets[leaf + 1] as number); i++) {
        const cell = row * outputs + (tree.leafOutputs[i] as number);
        decision[cell] = (decision[cell] as number) + (tree.leafValues[i] as number) / whole;
      }
    }
    await new Promise((resolve) => setImmediate(resolve)); // so that others have their turn
    signal?.throwIfAborted();
  }
  for (let cell = 0; cell < decision.length; cell++)
    decision[cell] = (decision[cell] as number) / (trees[Math.floor(cell / outputs)] as number);
  const seen = [...trees.keys()].filter((row) => (trees[row] as number) > 0);
  const weights = seen.map((row) => given.sampleWeights?.[row] ?? 1);
  const score =
    given.task === 'regression'
      ? rSquared(
          seen.map((row) => given.targets[row] as number),
          seen.map((row) => decision[row] as number),
          weights,
        )
      : shareRight(seen, given.labels, decision, outputs, weights);
  return { score, rows: seen.length, decision };
}

function shareRight(
  seen: readonly number[],
  labels: ArrayLike<number>,
  decision: Float64Array,
  classes: number,
  weights: readonly number[],
): number {
  let right = 0;
  let all = 0;
  for (const [place, row] of seen.entries()) {
    let best = 0;
    for (let label = 1; label < classes; label++)
      if ((decision[row * classes + label] as number) > (decision[row * classes + best] as number)) best = label;
    if (best === labels[row]) right += weights[place] as number;
    all += weights[place] as number;
  }
  return right / all;
}

/** 1 less the squared error over that of the mean. */
function rSquared(truth: readonly number[], said: readonly number[], weights: readonly number[]): number {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = truth.reduce((sum, each, i) => sum + (each * (weights[i] as number)) / all, 0);
  const squares = (from: (i: number) => number): number =>
    truth.reduce((sum, each, i) => sum + (weights[i] as number) * (each - from(i)) ** 2, 0);
  return 1 - squares((i) => said[i] as number) / squares(() => mean);
}
