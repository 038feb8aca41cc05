import type { Categories } from './categories.ts';
import { digest } from './digest.ts';

/** Feature values as they are stored: pixels stay bytes until a batch is made. */
export type FeatureArray = Uint8Array | Float32Array | Float64Array;

/**
 * Labelled rows. `features` is row-major, `rows × width` values, NaN where one is missing; `labels` holds one class index a row. Of a
 * regression, `targets` holds one number a row, and all rows are of one class, named as the column of the targets.
 */
export type Dataset = {
  readonly name: string;
  readonly rows: number;
  /** Shape of one row: `[28, 28]` of a grey image, `[4]` of a table with four columns. Its product is the width. */
  readonly shape: readonly number[];
  readonly features: FeatureArray;
  readonly labels: Uint8Array | Uint16Array;
  readonly classNames: readonly string[];
  /** Of a regression. */
  readonly targets?: Float64Array;
  /** What each row weighs in training, from 0; absent where all weigh the same. */
  readonly weights?: Float64Array;
  /** Features whose numbers stand for words. */
  readonly categories?: readonly Categories[];
  /** Of a table with a header. */
  readonly columnNames?: readonly string[];
  /** The values that features can have by their nature, such as 0 and 255 of pixels; absent where any number may come. */
  readonly domain?: { readonly min: number; readonly max: number };
  /** sha256 over features, labels and names: the same data gives the same digest, wherever it was read from. */
  readonly digest: string;
};

export type Split = { readonly train: Dataset; readonly test: Dataset };

/** Features of one row: the product of its shape. */
export function rowWidth(dataset: { readonly shape: readonly number[] }): number {
  return dataset.shape.reduce((width, size) => width * size, 1);
}

/** A dataset before it has its digest. */
export type DatasetParts = Omit<Dataset, 'digest'>;

/**
 * A dataset of data in memory, with its digest.
 *
 *     createDataset({ name: 'xor', rows: 4, shape: [2], features: Uint8Array.of(0, 0, 0, 1, 1, 0, 1, 1), labels: Uint8Array.of(0, 1, 1, 0), classNames: ['0', '1'] })
 *
 * @throws RangeError where features, labels, shape and rows do not agree, or a label is not of a class.
 */
export function createDataset(parts: DatasetParts): Dataset {
  const { name, rows, features, labels, classNames, targets, weights } = parts;
  const width = rowWidth(parts);
  if (features.length !== rows * width)
    throw new RangeError(`dataset "${name}" has ${features.length} features; ${rows} rows of ${width} make ${rows * width}`);
  if (labels.length !== rows) throw new RangeError(`dataset "${name}" has ${rows} rows but ${labels.length} labels`);
  if (targets && targets.length !== rows) throw new RangeError(`dataset "${name}" has ${rows} rows but ${targets.length} targets`);
  if (weights && weights.length !== rows) throw new RangeError(`dataset "${name}" has ${rows} rows but ${weights.length} weights`);
  const foreign = labels.find((label) => label >= classNames.length);
  if (foreign !== undefined) throw new RangeError(`dataset "${name}" has the label ${foreign} but ${classNames.length} classes`);
  return { ...parts, digest: digest(parts) };
}

/**
 * The given rows, in the given order, as a dataset of their own.
 *
 *     selectRows(train, shuffledOrder(train.rows, 0).subarray(0, 5000))
 */
export function selectRows(dataset: DatasetParts, rows: Uint32Array): Dataset {
  return createDataset(pickRows(dataset, rows));
}

/** As `selectRows`, without a digest. */
export function pickRows(parts: DatasetParts, rows: Uint32Array): DatasetParts {
  const width = rowWidth(parts);
  const features = new (parts.features.constructor as new (length: number) => FeatureArray)(rows.length * width);
  const labels = new (parts.labels.constructor as new (length: number) => Dataset['labels'])(rows.length);
  rows.forEach((row, to) => {
    features.set(parts.features.subarray(row * width, (row + 1) * width), to * width);
    labels[to] = parts.labels[row] as number;
  });
  const picked = (numbers: Float64Array): Float64Array => Float64Array.from(rows, (row) => numbers[row] as number);
  return {
    ...parts,
    rows: rows.length,
    features,
    labels,
    ...(parts.targets && { targets: picked(parts.targets) }),
    ...(parts.weights && { weights: picked(parts.weights) }),
  };
}
