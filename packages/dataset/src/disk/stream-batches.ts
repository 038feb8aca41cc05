import { batchesPerEpoch, newBatch, type Batch, type BatchOptions } from '../batches.ts';
import type { FeatureArray } from '../dataset.ts';
import { rowScaler, type Scale } from '../scale.ts';
import { chunks } from './chunks.ts';
import type { DiskDataset } from './dataset.ts';
import { newFeatures } from './feature-file.ts';
import { readAhead } from './read-ahead.ts';
import { cutBlocks, shuffleWindow, windowsOf, type Window } from './shuffle.ts';

/**
 * As `batches`, of rows on the disk: shuffled as far as `shuffleBytes` of memory reach. The rows are cut into blocks; an epoch draws an
 * order of the blocks, takes them a window at a time, and shuffles the rows of each window. While one window is in use, the next is read.
 * The same seed and `shuffleBytes` give the same batches, whatever is left out of them by `skip`.
 *
 * @throws RangeError as `batches`. @throws DatasetError where a file cannot be read, or `shuffleBytes` hold less than two rows.
 */
export async function* streamBatches(
  dataset: DiskDataset,
  size: number,
  seed: number,
  options: BatchOptions & { readonly shuffleBytes: number },
): AsyncGenerator<Batch, void, void> {
  const { partial = true, skip = 0, epochs = 1 } = options;
  const { matrix, labels, targets, rows } = dataset;
  const perEpoch = batchesPerEpoch(dataset, size, options);
  const scaleRow = rowScaler(matrix.width, options);
  const start = { epoch: Math.floor(skip / perEpoch), row: (skip % perEpoch) * size };
  const used = partial ? rows : perEpoch * size;
  const floatBatch = (rows: number): Batch => newBatch(rows, new Float32Array(rows * matrix.width), targets !== undefined);
  let batch: Batch | undefined;
  let filled = 0;
  for await (const { features, positions, places, from, row } of windows(dataset, seed, options.shuffleBytes, start, epochs)) {
    const end = Math.min(places.length, used - row);
    for (let at = from; at < end; at++) {
      batch ??= floatBatch(Math.min(size, used - row - at));
      const position = positions[at] as number;
      scaleRow(features, places[at] as number, batch.features, filled);
      batch.labels[filled] = labels[position] as number;
      if (batch.targets) batch.targets[filled] = targets?.[position] as number;
      if (++filled < batch.rows) continue;
      yield batch;
      [batch, filled] = [undefined, 0];
    }
  }
}

/** Every row once, in order. @throws as `streamBatches` */
export async function* sweepBatches(dataset: DiskDataset, size: number, options: Scale = {}): AsyncGenerator<Batch, void, void> {
  const { matrix, labels, targets } = dataset;
  batchesPerEpoch(dataset, size, {});
  const scaleRow = rowScaler(matrix.width, options);
  for await (const { from, rows, features } of chunks(dataset, size)) {
    const batch = newBatch(rows, new Float32Array(rows * matrix.width), targets !== undefined);
    for (let row = 0; row < rows; row++) scaleRow(features, row, batch.features, row);
    batch.labels.set(labels.subarray(from, from + rows));
    if (targets) batch.targets?.set(targets.subarray(from, from + rows));
    yield batch;
  }
}

type Read = {
  readonly features: FeatureArray;
  readonly positions: Uint32Array;
  readonly places: Uint32Array;
  /** The first of its rows that is wanted. */
  readonly from: number;
  /** How many rows of the epoch lie before it. */
  readonly row: number;
};

/** The windows of all epochs from `start` on; each is good until the next is asked for. */
function windows(
  dataset: DiskDataset,
  seed: number,
  shuffleBytes: number,
  start: { readonly epoch: number; readonly row: number },
  epochs: number,
): AsyncGenerator<Read, void, void> {
  const { matrix, order } = dataset;
  const cut = cutBlocks(dataset, shuffleBytes);
  const { blockRows, perWindow } = cut;
  const most = Math.min(perWindow, cut.blocks.length) * blockRows;
  const buffers = [0, 1].map(() => newFeatures(matrix.type, most * matrix.width));
  const read = async (window: Window, features: FeatureArray): Promise<void> => {
    await Promise.all(window.blocks.map(({ row, rows }, slot) => matrix.read(row, rows, features, slot * blockRows)));
  };
  function* jobs(): Generator<() => Promise<Read>> {
    let turn = 0;
    for (let { epoch, row: skipped } = start; epoch < epochs; epoch++, skipped = 0) {
      let row = 0;
      for (const [number, window] of windowsOf(cut, seed, epoch).entries()) {
        const before = row;
        row += window.rows;
        if (row <= skipped) continue;
        const features = buffers[(turn = 1 - turn)] as FeatureArray;
        yield async () => {
          const reading = read(window, features);
          reading.catch(() => {}); // awaited below, after the shuffling
          const shuffled = shuffleWindow(window, blockRows, order, seed, streamOf(epoch, number));
          await reading;
          return { features, ...shuffled, from: Math.max(0, skipped - before), row: before };
        };
      }
    }
  }
  return readAhead(jobs());
}

/** A stream of chance of its own for each window of each epoch; small numbers are the epochs' orders of blocks. */
const streamOf = (epoch: number, window: number): number =>
  (Math.imul(epoch + 1, 0x9e3779b1) ^ Math.imul(window + 1, 0x85ebca77)) | 0x4000_0000;
