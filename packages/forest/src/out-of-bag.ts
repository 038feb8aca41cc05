import { drawRows } from './bootstrap.ts';
import { holdsWeights, type Forest } from './forest.ts';
import type { LabelledRows } from './labelled-rows.ts';
import { rowsPerTree, type ForestParameters } from './parameters.ts';
import { randomBelow, treeSeed } from './random.ts';
import { scoreOf } from './score.ts';
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
  const isSeen = (row: number): boolean => (trees[row] as number) > 0;
  const said = given.task === 'regression' ? decision : likeliest(decision, rows, outputs);
  return { score: scoreOf(given, said, isSeen), rows: trees.reduce((sum, each) => sum + (each > 0 ? 1 : 0), 0), decision };
}

/** The class of the greatest share of each row; the first of equals. */
function likeliest(shares: Float64Array, rows: number, classes: number): Uint16Array {
  return Uint16Array.from({ length: rows }, (_, row) => {
    let best = 0;
    for (let label = 1; label < classes; label++)
      if ((shares[row * classes + label] as number) > (shares[row * classes + best] as number)) best = label;
    return best;
  });
}
