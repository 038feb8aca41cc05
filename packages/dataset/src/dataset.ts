/** Feature values as they are stored: pixels stay bytes until a batch is made. */
export type FeatureArray = Uint8Array | Float32Array | Float64Array;

/**
 * Labelled rows. `features` is row-major, `rows × width` values; `labels` holds one class index a row.
 */
export type Dataset = {
  readonly name: string;
  readonly rows: number;
  /** Shape of one row: `[28, 28]` of a grey image, `[4]` of a table with four columns. Its product is the width. */
  readonly shape: readonly number[];
  readonly features: FeatureArray;
  readonly labels: Uint8Array | Uint16Array;
  readonly classNames: readonly string[];
  /** Of a table with a header. */
  readonly columnNames?: readonly string[];
  /** The values that features can have by their nature, such as 0 and 255 of pixels; absent where any number may come. */
  readonly domain?: { readonly min: number; readonly max: number };
  /** sha256 over features, labels and names: the same data gives the same digest, wherever it was read from. */
  readonly digest: string;
};

export type Split = { readonly train: Dataset; readonly test: Dataset };
