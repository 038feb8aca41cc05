import { loadDataset } from '@switchyard/dataset';
import { beforeAll, describe, expect, test } from 'vitest';
import { forestPredictor } from './predictor.ts';
import { growForest, leafOf, pseudoRandom, sharesOf } from './test/trees.ts';
import type { Forest } from './forest.ts';

let features: Uint8Array;
let forest: Forest; // of digits, some leaves mixed
beforeAll(async () => {
  const { train } = await loadDataset('mnist');
  features = (train.features as Uint8Array).subarray(0, 1500 * 784);
  const data = { features, labels: train.labels.subarray(0, 1500), rows: 1500, columns: 784, classes: 10 };
  forest = growForest(data, { nEstimators: 10, minSamplesLeaf: 3 });
});

const slow = (of: Forest, row: ArrayLike<number>): number[] => {
  const shares = of.trees.map((tree) => sharesOf(tree, leafOf(tree, row).node, of.classes));
  return Array.from({ length: of.classes }, (_, label) => shares.reduce((sum, each) => sum + (each[label] as number), 0) / of.trees.length);
};

describe('forestPredictor', () => {
  test.each([1, 2, 3, 4, 5, 7, 255, 256, 257, 600])('answers %i rows as each tree walked step by step does', (rows) => {
    const out = new Float64Array(rows * 10);
    forestPredictor(forest).predictProba(features.subarray(0, rows * 784), rows, out);
    for (let row = 0; row < rows; row += rows > 10 ? 13 : 1) {
      const expected = slow(forest, features.subarray(row * 784, (row + 1) * 784));
      expected.forEach((share, label) => expect(out[row * 10 + label]).toBeCloseTo(share, 12));
    }
  });

  test('a row has the very same answer alone and in a batch', () => {
    const predictor = forestPredictor(forest);
    const together = new Float32Array(300 * 10);
    predictor.predictProba(features.subarray(0, 300 * 784), 300, together);
    const alone = new Float32Array(10);
    for (let row = 0; row < 300; row++) {
      predictor.predictProba(features.subarray(row * 784, (row + 1) * 784), 1, alone);
      expect(alone).toEqual(together.subarray(row * 10, (row + 1) * 10));
    }
  });

  test('each of the 256 pixel values falls where it fell in training when it travelled as a fraction of 255', () => {
    const every = Uint8Array.from({ length: 256 }, (_, value) => value);
    const labels = Uint16Array.from(every);
    const values = growForest({ features: every, labels, rows: 256, columns: 1, classes: 256 }, { nEstimators: 3, bootstrap: false });
    const predictor = forestPredictor(values);
    expect(predictor.predict(every, 256)).toEqual(labels); // a leaf of its own for each
    const asFloats = Float32Array.from(every, (value) => Math.fround(value / 255) * 255);
    const asDoubles = Float64Array.from(every, (value) => (value / 255) * 255);
    const asDecimals = Float64Array.from(every, (value) => Number((value / 255).toFixed(3)) * 255); // three digits, as people write them
    for (const sent of [asFloats, asDoubles, asDecimals]) expect(predictor.predict(sent, 256)).toEqual(labels);
  });

  test('of equally probable classes it predicts the first', () => {
    const data = { features: new Uint8Array(4), labels: Uint8Array.of(2, 1, 2, 1), rows: 4, columns: 1, classes: 3 };
    const tied = growForest(data, { nEstimators: 4, bootstrap: false });
    expect([...forestPredictor(tied).predict(Uint8Array.of(0), 1)]).toEqual([1]);
  });

  test('shares of mixed leaves of different trees do not get mixed up', () => {
    const random = pseudoRandom(3);
    const features = Float32Array.from({ length: 400 * 2 }, () => random());
    const labels = Uint16Array.from({ length: 400 }, () => Math.floor(random() * 300));
    const mixed = growForest({ features, labels, rows: 400, columns: 2, classes: 300 }, { nEstimators: 6, maxDepth: 3 });
    const out = new Float64Array(400 * 300);
    forestPredictor(mixed).predictProba(features, 400, out);
    for (let row = 0; row < 400; row += 19)
      slow(mixed, features.subarray(row * 2, row * 2 + 2)).forEach((share, label) => expect(out[row * 300 + label]).toBeCloseTo(share, 12));
  });

  test('refuses rows of another width, and too little room', () => {
    const predictor = forestPredictor(forest);
    expect(() => predictor.predictProba(new Float32Array(783), 1, new Float32Array(10))).toThrow(
      '783 features for 1 rows; the forest wants 784 a row',
    );
    expect(() => predictor.predictProba(new Float32Array(784), 1, new Float32Array(9))).toThrow(
      'room for 9 probabilities; 1 rows × 10 classes',
    );
  });
});
