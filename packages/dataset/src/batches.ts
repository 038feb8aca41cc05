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

export type Batch = {
  /** Row-major, `rows × width`, scaled. */
  readonly features: Float32Array;
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
  const { epochs = 1, skip = 0 } = options;
  const { features, labels, targets } = dataset;
  const perEpoch = batchesPerEpoch(dataset, size, options);
  const width = rowWidth(dataset);
  const scaleRow = rowScaler(width, options);
  for (let epoch = Math.floor(skip / perEpoch), first = skip % perEpoch; epoch < epochs; epoch++, first = 0) {
    const order = shuffledOrder(dataset.rows, seed, epoch);
    for (let batch = first; batch < perEpoch; batch++) {
      const rows = order.subarray(batch * size, (batch + 1) * size);
      const made = newBatch(rows.length, width, targets !== undefined);
      rows.forEach((row, to) => {
        scaleRow(features, row, made.features, to);
        made.labels[to] = labels[row] as number;
        if (made.targets) made.targets[to] = targets?.[row] as number;
      });
      yield made;
    }
  }
}

/** An empty batch. */
export function newBatch(rows: number, width: number, targeted: boolean): Batch {
  const targets = targeted ? { targets: new Float64Array(rows) } : {};
  return { features: new Float32Array(rows * width), labels: new Int32Array(rows), ...targets, rows };
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
