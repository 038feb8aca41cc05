import type { FeatureArray } from '../dataset.ts';
import type { DiskDataset } from './dataset.ts';
import { newFeatures, storedBytes } from './feature-file.ts';
import type { DiskMatrix } from './matrix.ts';
import { readAhead } from './read-ahead.ts';

/** Some rows in order: those from `from` on. */
export type Chunk = { readonly from: number; readonly rows: number; readonly features: FeatureArray };

const chunkBytes = 2 ** 21;

/** How many rows of a matrix make a piece that is worth a read. */
export function rowsPerChunk({ width, type }: Pick<DiskMatrix, 'width' | 'type'>): number {
  return Math.max(1, Math.floor(chunkBytes / (width * storedBytes[type])));
}

/** All rows in order, `size` at a time; each chunk is good until the next is asked for. @throws DatasetError */
export function chunks(
  { matrix, order }: Pick<DiskDataset, 'matrix' | 'order'>,
  size: number = rowsPerChunk(matrix),
): AsyncGenerator<Chunk, void, void> {
  const buffers = [0, 1].map(() => newFeatures(matrix.type, Math.min(size, order.length) * matrix.width));
  function* jobs(): Generator<() => Promise<Chunk>> {
    for (let from = 0, turn = 0; from < order.length; from += size, turn = 1 - turn) {
      const rows = order.subarray(from, from + size);
      const features = buffers[turn] as FeatureArray;
      yield async () => {
        await gather(matrix, rows, features);
        return { from, rows: rows.length, features: features.subarray(0, rows.length * matrix.width) };
      };
    }
  }
  return readAhead(jobs());
}

/** Reads rows into `features`, in the order given. Rows that lie close to each other are read together, with what is in between. */
async function gather(matrix: DiskMatrix, rows: Uint32Array, features: FeatureArray): Promise<void> {
  const reads: Promise<void>[] = [];
  for (let from = 0, to = 0; from < rows.length; from = to) {
    to = endOfRun(rows, from, matrix.width * storedBytes[matrix.type]);
    reads.push(readRun(matrix, rows.subarray(from, to), features, from));
  }
  await Promise.all(reads);
}

/** Of rows that ascend, as many as take at least a quarter of their span: passing over the others costs less than another read. */
function endOfRun(rows: Uint32Array, from: number, rowBytes: number): number {
  const first = rows[from] as number;
  let to = from + 1;
  const near = (row: number): boolean => (row - first + 1) * rowBytes <= Math.max(4 * (to - from) * rowBytes, 4096);
  while (to < rows.length && (rows[to] as number) > (rows[to - 1] as number) && near(rows[to] as number)) to++;
  return to;
}

async function readRun(matrix: DiskMatrix, rows: Uint32Array, features: FeatureArray, to: number): Promise<void> {
  const [first, last] = [rows[0] as number, rows.at(-1) as number];
  const span = last - first + 1;
  if (span === rows.length) return matrix.read(first, span, features, to);
  const { width } = matrix;
  const all = newFeatures(matrix.type, span * width);
  await matrix.read(first, span, all, 0);
  rows.forEach((row, at) => features.set(all.subarray((row - first) * width, (row - first + 1) * width), (to + at) * width));
}
