import { rowWidth, type Dataset } from './dataset.ts';
import { shuffledOrder } from './order.ts';

export type BatchOptions = {
  /** `feature × scale + offset`: one number for all features, or one a feature. Default 1 and 0. */
  readonly scale?: number | ArrayLike<number>;
  readonly offset?: number | ArrayLike<number>;
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
  const { scale = 1, offset = 0, epochs = 1, partial = true, skip = 0 } = options;
  checkSize(dataset, size, partial);
  if (!Number.isSafeInteger(skip) || skip < 0) throw new RangeError(`skip ${skip} is not a whole number ≥ 0`);
  const { targets } = dataset;
  const fill = scaler(dataset, scale, offset);
  const perEpoch = partial ? Math.ceil(dataset.rows / size) : Math.floor(dataset.rows / size);
  for (let epoch = Math.floor(skip / perEpoch), first = skip % perEpoch; epoch < epochs; epoch++, first = 0) {
    const order = shuffledOrder(dataset.rows, seed, epoch);
    for (let batch = first; batch < perEpoch; batch++) {
      const rows = order.subarray(batch * size, (batch + 1) * size);
      const labels = Int32Array.from(rows, (row) => dataset.labels[row] as number);
      const wanted = targets && { targets: Float64Array.from(rows, (row) => targets[row] as number) };
      yield { features: fill(rows), labels, ...wanted, rows: rows.length };
    }
  }
}

function checkSize(dataset: Dataset, size: number, partial: boolean): void {
  if (!Number.isSafeInteger(size) || size < 1) throw new RangeError(`batch size ${size} is not a whole number ≥ 1`);
  if (dataset.rows === 0) throw new RangeError(`dataset "${dataset.name}" has no rows to make batches of`);
  if (!partial && size > dataset.rows)
    throw new RangeError(`batch size ${size} is more than the ${dataset.rows} rows of dataset "${dataset.name}"`);
}

function scaler(dataset: Dataset, scale: number | ArrayLike<number>, offset: number | ArrayLike<number>) {
  const { features } = dataset;
  const width = rowWidth(dataset);
  const scales = perFeature('scale', scale, width);
  const offsets = perFeature('offset', offset, width);
  return (rows: Uint32Array): Float32Array => {
    const batch = new Float32Array(rows.length * width);
    let to = 0;
    for (const row of rows) {
      const from = row * width;
      for (let column = 0; column < width; column++, to++) {
        batch[to] = (features[from + column] as number) * (scales[column] as number) + (offsets[column] as number);
      }
    }
    return batch;
  };
}

function perFeature(what: string, value: number | ArrayLike<number>, width: number): Float64Array {
  if (typeof value === 'number') return new Float64Array(width).fill(value);
  if (value.length !== width) throw new RangeError(`${what} has ${value.length} values; a row has ${width} features`);
  return Float64Array.from(value);
}
