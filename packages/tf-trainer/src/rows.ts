import { batches, rowWidth, type Batch, type Dataset } from '@switchyard/dataset';
import type { Input } from './input.ts';

/** Labelled rows as a training sees them, wherever they lie. Features are scaled as the model wants them. */
export type Rows = {
  readonly rows: number;
  readonly width: number;
  /** Without end, each epoch in another order, which depends on the seed alone; from batch `skip` on. An epoch's last batch may be smaller. */
  readonly shuffled: (size: number, seed: number, skip: number) => Iterable<Batch> | AsyncIterable<Batch>;
  /** Every row once. */
  readonly sweep: (size: number) => Iterable<Batch> | AsyncIterable<Batch>;
};

/** Rows that lie in memory. */
export function memoryRows(dataset: Dataset, { scale, offset }: Pick<Input, 'scale' | 'offset'>): Rows {
  return {
    rows: dataset.rows,
    width: rowWidth(dataset),
    shuffled: (size, seed, skip) => batches(dataset, size, seed, { scale, offset, epochs: Infinity, skip }),
    sweep: (size) => batches(dataset, size, 0, { scale, offset }),
  };
}
