import { DatasetError } from '../error.ts';
import { shuffledOrder } from '../order.ts';
import type { DiskDataset } from './dataset.ts';
import { storedBytes } from './feature-file.ts';

/** Neighbouring rows of the matrix, which are read together; `positions` are those of them that belong to the dataset. */
export type Block = { readonly row: number; readonly rows: number; readonly positions: Uint32Array };

/** Blocks whose rows are shuffled together in memory, and how many rows of the dataset they hold. */
export type Window = { readonly blocks: readonly Block[]; readonly rows: number };

/** How a dataset is cut for shuffling. */
export type Blocks = { readonly blocks: readonly Block[]; readonly blockRows: number; readonly perWindow: number };

const blocksPerWindow = 256; // with fewer, a window is less like the whole; with more, reads become small
const numbersPerRow = 12; // bytes: a row's place, its position, and the order of both

/**
 * Cuts the rows into blocks, so many that a window of some 256 of them fits into half of the memory: while one window is in use, the next is read.
 *
 * @throws DatasetError where not even one row fits into a window.
 */
export function cutBlocks({ name, matrix, order }: Pick<DiskDataset, 'name' | 'matrix' | 'order'>, shuffleBytes: number): Blocks {
  const rowBytes = matrix.width * storedBytes[matrix.type] + numbersPerRow;
  const windowRows = Math.floor(shuffleBytes / 2 / rowBytes);
  if (!(windowRows >= 1))
    throw new DatasetError(name, undefined, `two rows of ${rowBytes} bytes do not fit into ${shuffleBytes} bytes to shuffle in`);
  const blockRows = Math.max(1, Math.floor(windowRows / blocksPerWindow));
  const perWindow = Math.floor(windowRows / blockRows);
  const counts = new Uint32Array(Math.ceil(matrix.rows / blockRows));
  const blockOf = (position: number): number => Math.floor((order[position] as number) / blockRows);
  for (let position = 0; position < order.length; position++) counts[blockOf(position)]! += 1;
  const all = new Uint32Array(order.length); // positions, block by block
  let end = 0;
  const positions = Array.from(counts, (count) => all.subarray(end, (end += count)));
  counts.fill(0);
  for (let position = 0; position < order.length; position++) {
    const block = blockOf(position);
    positions[block]![counts[block]!++] = position;
  }
  const cut = positions.map((positions, at) => ({
    row: at * blockRows,
    rows: Math.min(blockRows, matrix.rows - at * blockRows),
    positions,
  }));
  return { blocks: cut.filter((block) => block.positions.length > 0), blockRows, perWindow };
}

/** An epoch's windows: the blocks in an order drawn by seed and epoch, so that a window has blocks from everywhere. */
export function windowsOf({ blocks, perWindow }: Blocks, seed: number, epoch: number): Window[] {
  const drawn = Array.from(shuffledOrder(blocks.length, seed, epoch), (block) => blocks[block] as Block);
  return Array.from({ length: Math.ceil(drawn.length / perWindow) }, (_, at) => {
    const blocks = drawn.slice(at * perWindow, (at + 1) * perWindow);
    return { blocks, rows: blocks.reduce((rows, { positions }) => rows + positions.length, 0) };
  });
}

/** The rows of a window in the order of this epoch: their positions in the dataset, and their places where each block has `blockRows`. */
export function shuffleWindow(
  { blocks, rows }: Window,
  blockRows: number,
  order: Uint32Array,
  seed: number,
  stream: number,
): { positions: Uint32Array; places: Uint32Array } {
  const [positions, places] = [new Uint32Array(rows), new Uint32Array(rows)];
  const to = shuffledOrder(rows, seed, stream);
  let next = 0;
  blocks.forEach((block, slot) =>
    block.positions.forEach((position) => {
      const at = to[next++] as number;
      positions[at] = position;
      places[at] = slot * blockRows + (order[position] as number) - block.row;
    }),
  );
  return { positions, places };
}
