import { loadDataset, type Split } from '@switchyard/dataset';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { encodeForest } from './encode.ts';
import { ForestError } from './error.ts';
import { forestPredictor } from './predictor.ts';
import { growForest, pseudoRandom } from './test/trees.ts';
import { trainForest } from './train.ts';
import type { ClassifiedRows } from './labelled-rows.ts';
import { prepareData } from './training-data.ts';

let mnist: Split;
const digits = (rows: number): ClassifiedRows => ({
  features: mnist.train.features.subarray(0, rows * 784),
  labels: mnist.train.labels.subarray(0, rows),
  rows,
  columns: 784,
  classes: 10,
});
beforeAll(async () => {
  mnist = await loadDataset('mnist');
});

const accuracy = (predicted: Uint16Array, labels: ArrayLike<number>) =>
  predicted.reduce((right, label, row) => right + (label === labels[row] ? 1 : 0), 0) / predicted.length;

describe('trainForest', () => {
  test('reads handwritten digits: 5,000 of them suffice for 90 % of the test set', async () => {
    const told: number[] = [];
    const { forest } = await trainForest(digits(5000), { nEstimators: 20, seed: 1 }, { onProgress: (done) => told.push(done) });
    expect(told).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    const predicted = forestPredictor(forest).predict(mnist.test.features, mnist.test.rows);
    expect(accuracy(predicted, mnist.test.labels)).toBeGreaterThan(0.9);
  });

  test('gives the same bytes on any number of threads', async () => {
    const train = async (threads: number, seed = 3) =>
      encodeForest((await trainForest(digits(300), { nEstimators: 7, seed }, { threads })).forest);
    const one = await train(1);
    expect(Buffer.compare(await train(2), one)).toBe(0);
    expect(Buffer.compare(await train(3), one)).toBe(0);
    expect(Buffer.compare(await train(2, 4), one)).not.toBe(0);
  });

  test('gives the first trees of a larger forest', async () => {
    const [few, many] = [growForest(digits(300), { nEstimators: 2 }), await trainForest(digits(300), { nEstimators: 5 })];
    expect(many.forest.trees.slice(0, 2)).toEqual(few.trees);
  });

  test('learns from numbers that are no bytes', async () => {
    const random = pseudoRandom(11);
    const make = (rows: number): ClassifiedRows => {
      const features = Float64Array.from({ length: rows * 4 }, () => random() * 20 - 10);
      const labels = Uint8Array.from({ length: rows }, (_, row) => (Math.hypot(features[row * 4]!, features[row * 4 + 2]!) < 6 ? 1 : 0));
      return { features, labels, rows, columns: 4, classes: 2 };
    };
    const [train, held] = [make(3000), make(1000)];
    const { forest } = await trainForest(train, { nEstimators: 20 });
    expect(forest.bytes).toBe(false);
    expect(accuracy(forestPredictor(forest).predict(held.features, held.rows), held.labels)).toBeGreaterThan(0.95);
  });

  test('puts the data into memory that threads share, by row and by column', () => {
    const rest = { labels: Uint8Array.of(0, 1), rows: 2, columns: 2, classes: 2 };
    const { arrays } = prepareData({ features: Uint8Array.of(1, 2, 3, 4), ...rest });
    expect([...arrays.byRow]).toEqual([1, 2, 3, 4]);
    expect([...arrays.byColumn]).toEqual([1, 3, 2, 4]);
    for (const each of Object.values(arrays)) expect(each.buffer).toBeInstanceOf(SharedArrayBuffer);
  });
});

describe('a training that cannot end well', () => {
  const started: { threadId: number }[] = [];
  const watch = (worker: { threadId: number }): void => void started.push(worker);
  afterEach(() => {
    process.off('worker', watch);
    expect(started.every(({ threadId }) => threadId === -1)).toBe(true); // no thread is left
    started.length = 0;
  });

  test('ends when its signal is aborted, with the reason', async () => {
    process.on('worker', watch);
    const controller = new AbortController();
    const training = trainForest(
      digits(5000),
      { nEstimators: 1000 },
      { signal: controller.signal, onProgress: () => controller.abort(new Error('enough')) },
    );
    await expect(training).rejects.toThrow('enough');
    expect(started.length).toBeGreaterThan(0);
  });

  test('does not begin where the signal is aborted already', async () => {
    process.on('worker', watch);
    await expect(trainForest(digits(10), {}, { signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow('too late');
    expect(started).toHaveLength(0);
  });

  test('fails when a thread dies', async () => {
    process.on('worker', watch);
    process.once('worker', (worker) => worker.once('message', () => worker.terminate()));
    const training = trainForest(digits(5000), { nEstimators: 1000 }, { threads: 2 });
    await expect(training).rejects.toThrow(ForestError);
    await expect(training).rejects.toThrow('a training thread died: it ended with code 1');
  });

  test('passes on what onProgress throws', async () => {
    process.on('worker', watch);
    const onProgress = (): never => {
      throw new Error('the display is gone');
    };
    await expect(trainForest(digits(300), { nEstimators: 4 }, { onProgress })).rejects.toThrow('the display is gone');
  });
});

test.each([
  [{ rows: 0, labels: new Uint8Array(0), features: new Uint8Array(0) }, '0 rows of 2 columns'],
  [{ features: new Uint8Array(3) }, '3 features, but 2 rows × 2 columns are 4'],
  [{ labels: Uint8Array.of(1) }, '1 labels for 2 rows'],
  [{ labels: Uint8Array.of(0, 2) }, 'row 1: label 2 is not one of the 2 classes'],
  [{ classes: 70_000 }, '70000 classes; from 1 to 65535 are supported'],
  [{ rows: 2 ** 31 }, '2147483648 rows of 2 columns; at most 2147483647 of each are supported'],
  [{ features: Float32Array.of(1, 2, Infinity, 4) }, 'row 1, column 0 is Infinity'],
  [{ sampleWeights: Float64Array.of(1, -1) }, 'row 1: the sample weight is -1'],
  [{ sampleWeights: Float64Array.of(0, 0) }, 'all sample weights are 0'],
  [{ sampleWeights: Float64Array.of(1) }, '1 sample weights for 2 rows'],
  [{ categorical: [2] }, 'categorical column 2; columns are from 0 to 1'],
])('data that cannot be is refused: %o', async (wrong, message) => {
  const data = { features: Uint8Array.of(1, 2, 3, 4), labels: Uint8Array.of(0, 1), rows: 2, columns: 2, classes: 2, ...wrong };
  await expect(trainForest(data, { maxFeatures: 'all' })).rejects.toThrow(ForestError);
  await expect(trainForest(data, { maxFeatures: 'all' })).rejects.toThrow(message);
});

test('a number of threads that cannot be is refused', async () => {
  await expect(trainForest(digits(10), {}, { threads: 0 })).rejects.toThrow('threads is 0');
});

test('features are given back once they are laid out, where the caller says so, and the forest is the same', async () => {
  const rows = () => ({
    features: Float64Array.from({ length: 200 }, (_, at) => (at * 7919) % 97),
    labels: Uint8Array.from({ length: 100 }, (_, row) => row % 3),
    rows: 100,
    columns: 2,
    classes: 3,
  });
  const [kept, consumed] = [rows(), rows()];
  const { forest } = await trainForest(kept, { nEstimators: 3 }, { threads: 1 });
  const { forest: same } = await trainForest(consumed, { nEstimators: 3 }, { threads: 1, consume: true });
  expect(same).toEqual(forest);
  expect([kept.features.length, consumed.features.length]).toEqual([200, 0]);
  await expect(trainForest(kept, { nEstimators: 3, oobScore: true }, { consume: true })).rejects.toThrow('they cannot be consumed');
});
