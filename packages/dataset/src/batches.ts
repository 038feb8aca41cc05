import { rowWidth, type Dataset } from './dataset.ts';
import { shuffledOrder } from './order.ts';
import { rowScaler, type Scale } from './scale.ts';

export type BatchOptions = Scale & {
  /** How often the data is gone through, each time in another order. Default 1; `Infinity` never ends. */
  readonly epochs?: number;
  /** Whether an epoch's last batch may have fewer rows than `size`. Default true; false leaves those rows out. */
  readonly partial?: boolean;
  /** Batches to leave out at the beginning, at no cost: whoever was interrupted after `skip` goes on where it was. Default 0. */
  readonly skip?: number;
};

export type Batch<Features extends Float32Array | Uint8Array = Float32Array> = {
  /** Row-major, `rows × width`, scaled; of `byteBatches` as they are stored. */
  readonly features: Features;
  /** Class index of each row. */
  readonly labels: Int32Array;
  /** Of a regression: the number of each row. */
  readonly targets?: Float64Array;
  /** How many rows: `size`, or fewer in an epoch's last batch. */
  readonly rows: number;
};

/**
 * The data in shuffled batches, made on demand: only the batch at hand is floats. The same seed gives the same batches.
 *
 *     for (const { features, labels, rows } of batches(train, 100, 0, { scale: 1 / 255 })) step(features, labels, rows);
 *
 * @throws RangeError unless `size` is a whole number ≥ 1, `skip` one ≥ 0 and, without partial batches, at most the number of rows.
 */
export function* batches(dataset: Dataset, size: number, seed: number, options: BatchOptions = {}): Generator<Batch, void, void> {
  const width = rowWidth(dataset);
  const scaleRow = rowScaler(width, options);
  yield* shuffled(dataset, size, seed, options, (rows) => new Float32Array(rows * width), scaleRow);
}

/**
 * As `batches`, with features that are not scaled but the bytes that they are stored as: who computes can do it in less time, having a
 * quarter of the memory to read.
 * @throws RangeError as `batches`, and where features are not stored as bytes.
 */
export function* byteBatches(
  dataset: Dataset,
  size: number,
  seed: number,
  options: Omit<BatchOptions, keyof Scale> = {},
): Generator<Batch<Uint8Array>, void, void> {
  const { name, features } = dataset;
  if (!(features instanceof Uint8Array)) throw new RangeError(`the features of dataset "${name}" are not bytes`);
  const width = rowWidth(dataset);
  const copyRow = (_: unknown, row: number, into: Uint8Array, to: number): void =>
    into.set(features.subarray(row * width, (row + 1) * width), to * width);
  yield* shuffled(dataset, size, seed, options, (rows) => new Uint8Array(rows * width), copyRow);
}

function* shuffled<Features extends Float32Array | Uint8Array>(
  dataset: Dataset,
  size: number,
  seed: number,
  options: BatchOptions,
  empty: (rows: number) => Features,
  takeRow: (features: Dataset['features'], row: number, into: Features, to: number) => void,
): Generator<Batch<Features>, void, void> {
  const { epochs = 1, skip = 0 } = options;
  const { features, labels, targets } = dataset;
  const perEpoch = batchesPerEpoch(dataset, size, options);
  for (let epoch = Math.floor(skip / perEpoch), first = skip % perEpoch; epoch < epochs; epoch++, first = 0) {
    const order = shuffledOrder(dataset.rows, seed, epoch);
    for (let batch = first; batch < perEpoch; batch++) {
      const rows = order.subarray(batch * size, (batch + 1) * size);
      const made = newBatch(rows.length, empty(rows.length), targets !== undefined);
      rows.forEach((row, to) => {
        takeRow(features, row, made.features, to);
        made.labels[to] = labels[row] as number;
        if (made.targets) made.targets[to] = targets?.[row] as number;
      });
      yield made;
    }
  }
}

/** A batch without labels yet. */
export function newBatch<Features extends Float32Array | Uint8Array>(rows: number, features: Features, targeted: boolean): Batch<Features> {
  const targets = targeted ? { targets: new Float64Array(rows) } : {};
  return { features, labels: new Int32Array(rows), ...targets, rows };
}

/** @throws RangeError as `batches` does. */
export function batchesPerEpoch(
  { name, rows }: Pick<Dataset, 'name' | 'rows'>,
  size: number,
  { partial = true, skip = 0 }: BatchOptions,
): number {
  if (!Number.isSafeInteger(size) || size < 1) throw new RangeError(`batch size ${size} is not a whole number ≥ 1`);
  if (rows === 0) throw new RangeError(`dataset "${name}" has no rows to make batches of`);
  if (!partial && size > rows) throw new RangeError(`batch size ${size} is more than the ${rows} rows of dataset "${name}"`);
  if (!Number.isSafeInteger(skip) || skip < 0) throw new RangeError(`skip ${skip} is not a whole number ≥ 0`);
  return partial ? Math.ceil(rows / size) : Math.floor(rows / size);
}
