import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '@switchyard/dataset';

/** Writes small grey images of three kinds — bars that stand, bars that lie, crosses — as a pair of IDX files, and gives the source's name. */
export async function writePatterns(folder: string, rows: number, side = 8): Promise<string> {
  const random = createRandom(rows);
  const pixels = new Uint8Array(rows * side * side);
  const labels = Uint8Array.from({ length: rows }, (_, row) => row % 3);
  labels.forEach((label, row) => {
    const at = random() % side;
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const ink = (label !== 1 && x === at) || (label !== 0 && y === at);
        pixels[(row * side + y) * side + x] = (ink ? 170 : 0) + (random() % 86);
      }
  });
  const [images, classes] = [join(folder, `patterns-${rows}-images`), join(folder, `patterns-${rows}-labels`)];
  await writeFile(images, Buffer.concat([idxHead(rows, side, side), pixels]));
  await writeFile(classes, Buffer.concat([idxHead(rows), labels]));
  return `${images},${classes}`;
}

/** The beginning of an IDX file of bytes. */
export function idxHead(...shape: readonly number[]): Buffer {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.set([0, 0, 8, shape.length]);
  shape.forEach((size, at) => head.writeUInt32BE(size, 4 + 4 * at));
  return head;
}
