import { encodeForest, forestPredictor, outlineOf, trainForest, type Forest } from '@switchyard/forest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerRows, type Wanted } from './answer-rows.ts';
import { batchThread, type BatchThread } from './batch-thread.ts';

let forest: Forest;
let thread: BatchThread;
const features = Float32Array.from({ length: 6000 }, (_, at) => ((at * 7919) % 1000) / 1000);
beforeAll(async () => {
  const labels = Uint8Array.from({ length: 2000 }, (_, row) => Math.floor(features[3 * row]! * 3));
  ({ forest } = await trainForest({ features, labels, rows: 2000, columns: 3, classes: 3 }, { nEstimators: 9 }, { threads: 1 }));
  thread = batchThread(encodeForest(forest));
});
afterAll(() => thread.dispose());

const here = (rows: Float32Array, wanted: Wanted) => answerRows(outlineOf(forest), forestPredictor(forest), rows, rows.length / 3, wanted);
const more: Wanted = { doubles: true, contributions: 'given', leaves: true, votes: true };

test('answers what the event loop answers, whichever comes first, and leaves the rows to whoever gave them', async () => {
  const half = features.subarray(0, 3000);
  const [all, some] = await Promise.all([thread.answer(features, 2000, more), thread.answer(half, 1000, { doubles: false })]);
  expect(all).toEqual(here(features, more));
  expect(some).toEqual(here(half, { doubles: false }));
  expect(features.length).toBe(6000);
});

test('where it dies its request fails, and the next one has another thread', async () => {
  await expect(thread.answer(features, 999, { doubles: true })).rejects.toThrow(
    /the thread of large batches died: 6000 features for 999 rows/,
  );
  expect(await thread.answer(features, 2000, more)).toEqual(here(features, more));
});
