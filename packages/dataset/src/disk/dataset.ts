import type { Dataset } from '../dataset.ts';
import type { DiskMatrix } from './matrix.ts';

/**
 * Labelled rows whose features stay on the disk. Labels and targets are in memory: with `order` and what shuffling needs, some 10 bytes a
 * row, 8 more of a regression.
 */
export type DiskDataset = Omit<Dataset, 'features'> & {
  readonly matrix: DiskMatrix;
  /** Of each row, in the order of the labels: its number in the matrix. */
  readonly order: Uint32Array;
};

export function isOnDisk(dataset: Dataset | DiskDataset): dataset is DiskDataset {
  return 'matrix' in dataset;
}

/** The given rows, in the given order; name and digest stay those of all. */
export function selectDiskRows(dataset: DiskDataset, rows: Uint32Array): DiskDataset {
  const { labels, targets } = dataset;
  const labelOf = (row: number): number => labels[row] as number;
  return {
    ...dataset,
    rows: rows.length,
    order: rows.map((row) => dataset.order[row] as number),
    labels: labels instanceof Uint8Array ? Uint8Array.from(rows, labelOf) : Uint16Array.from(rows, labelOf),
    ...(targets && { targets: Float64Array.from(rows, (row) => targets[row] as number) }),
  };
}
