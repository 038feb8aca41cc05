import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { DiskDataset } from '../disk/dataset.ts';
import { openMatrix, type DiskMatrix } from '../disk/matrix.ts';
import { folderOf } from './folder.ts';

/** A matrix of bytes in a file: `value` of each row and column. */
export async function matrixOf(rows: number, width: number, value: (row: number, column: number) => number): Promise<DiskMatrix> {
  const bytes = Uint8Array.from({ length: rows * width }, (_, at) => value(Math.floor(at / width), at % width));
  const path = join(await folderOf({ bytes }), 'bytes');
  const matrix = await openMatrix([{ path, start: 0, rows, width, type: 'u1' }]);
  onTestFinished(() => matrix.close());
  return matrix;
}

/** Rows on the disk whose two features are 1 and 2 more than the label, which is the row's number in the matrix. */
export async function numberedRows(
  rows: number,
  order: Uint32Array = Uint32Array.from({ length: rows }, (_, row) => row),
): Promise<DiskDataset> {
  return {
    name: 'numbered',
    rows: order.length,
    shape: [2],
    classNames: Array.from({ length: rows }, (_, row) => String(row)),
    labels: Uint16Array.from(order),
    matrix: await matrixOf(rows, 2, (row, column) => (row + column + 1) & 255),
    order,
    digest: '',
  };
}
