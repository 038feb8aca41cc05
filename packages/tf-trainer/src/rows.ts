import {
  batches,
  byteBatches,
  isOnDisk,
  rowWidth,
  streamBatches,
  sweepBatches,
  type Batch,
  type Dataset,
  type DiskDataset,
} from '@switchyard/dataset';
import type { Input } from './input.ts';

/** Batches without end, each epoch in another order, which depends on the seed alone; from batch `skip` on. An epoch's last may be smaller. */
type Shuffled<B> = (size: number, seed: number, skip: number) => Iterable<B> | AsyncIterable<B>;

/** Labelled rows as a training sees them, wherever they lie. Features are scaled as the model wants them. */
export type Rows = {
  readonly rows: number;
  readonly width: number;
  readonly shuffled: Shuffled<Batch>;
  /** The same as the bytes that they are stored as, where they are: `model = byte × scale + offset`. */
  readonly bytes?: { readonly scale: number; readonly offset: number; readonly shuffled: Shuffled<Batch<Uint8Array>> };
  /** Every row once. */
  readonly sweep: (size: number) => Iterable<Batch> | AsyncIterable<Batch>;
};

/** @param shuffleBytes Of memory, to shuffle rows in that lie on the disk; others are shuffled as a whole. */
export function rowsOf(dataset: Dataset | DiskDataset, { scale, offset }: Pick<Input, 'scale' | 'offset'>, shuffleBytes: number): Rows {
  const shape = { rows: dataset.rows, width: rowWidth(dataset) };
  if (isOnDisk(dataset))
    return {
      ...shape,
      shuffled: (size, seed, skip) => streamBatches(dataset, size, seed, { scale, offset, epochs: Infinity, skip, shuffleBytes }),
      sweep: (size) => sweepBatches(dataset, size, { scale, offset }),
    };
  const shuffled: Shuffled<Batch<Uint8Array>> = (size, seed, skip) => byteBatches(dataset, size, seed, { epochs: Infinity, skip });
  const asBytes = dataset.features instanceof Uint8Array && typeof scale === 'number' && typeof offset === 'number';
  return {
    ...shape,
    shuffled: (size, seed, skip) => batches(dataset, size, seed, { scale, offset, epochs: Infinity, skip }),
    ...(asBytes && { bytes: { scale, offset, shuffled } }),
    sweep: (size) => batches(dataset, size, 0, { scale, offset }),
  };
}
