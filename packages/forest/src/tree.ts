/**
 * A decision tree as flat arrays, one entry a node; node 0 is the root.
 *
 * At a split `features` is the column and `children` the left child; the right one is next to it. A row goes right where
 * `row[column] > threshold`, else left; a missing value (NaN) goes left, or right where the node's flags say `missingRight`. Where they say
 * `categorical`, the threshold is the index of a set, and a row goes left where the set holds its value: a whole number from 0 to 65,535.
 *
 * At a leaf `features` is −1 and `children` the number of the leaf. What it holds is at `leafOffsets[leaf] … leafOffsets[leaf + 1]` of
 * `leafOutputs` (a class, or an output of the forest; ascending) and `leafValues` (the weight of the class's training rows, or the value).
 */
export type Tree = {
  readonly features: Int32Array;
  readonly thresholds: Float64Array;
  /** `missingRight`, `categorical` or both, by node. */
  readonly flags: Uint8Array;
  readonly children: Int32Array;
  readonly leafOffsets: Int32Array;
  readonly leafOutputs: Uint16Array;
  readonly leafValues: Float64Array;
  /** The weight of the training rows of each leaf; 0 where nobody knows. */
  readonly covers: Float64Array;
  /** Categories of set i: the bits of the words `setOffsets[i] … setOffsets[i + 1]` of `setWords`, lowest first. */
  readonly setOffsets: Int32Array;
  readonly setWords: Uint32Array;
};

export const missingRight = 1;
export const categorical = 2;

/** One more than the greatest category. */
export const mostCategories = 0x1_0000;

/** Whether a set of a tree holds a value; what is no whole number from 0 to 65,535 is in none. */
export function setHolds({ setOffsets, setWords }: Tree, set: number, value: number): boolean {
  if (!(value >= 0 && value < mostCategories) || value !== Math.floor(value)) return false;
  const word = (setOffsets[set] as number) + (value >>> 5);
  return word < (setOffsets[set + 1] as number) && (((setWords[word] as number) >>> (value & 31)) & 1) === 1;
}
