/**
 * A decision tree as flat arrays, one entry a node; node 0 is the root. A row goes right where `row[feature] > threshold`, else left.
 *
 * At an inner node `features` is the column and `children` the left child; the right one is next to it.
 * At a leaf `features` is −1 and `children` says what the leaf holds: a number below the classes is the one class of all its rows;
 * `classes + i` is the i-th of the mixed leaves, whose counts are at `mixedOffsets[i] … mixedOffsets[i + 1]` of the last two arrays.
 */
export type Tree = {
  readonly features: Int32Array;
  readonly thresholds: Float64Array;
  readonly children: Int32Array;
  readonly mixedOffsets: Int32Array;
  readonly mixedClasses: Uint16Array;
  readonly mixedCounts: Uint32Array;
};

/** A random forest: what it was trained on in size, and its trees. */
export type Forest = {
  readonly columns: number;
  readonly classes: number;
  /** Whether all thresholds lie between whole numbers of 0 … 255, as they do where features are bytes. */
  readonly bytes: boolean;
  readonly trees: readonly Tree[];
};
