import { loadDataset } from '@switchyard/dataset';
import { beforeAll, describe, expect, test } from 'vitest';
import { forestPredictor } from './predictor.ts';
import { randomForest, shapes } from './test/random-forest.ts';
import { growForest, leafOf, numbersOf, pseudoRandom, sharesOf } from './test/trees.ts';
import { treeWriter } from './tree-writer.ts';
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

/** What a forest of any kind says of a row. */
function answer(of: Forest, row: ArrayLike<number>): number[] {
  const numbers = Float64Array.from(row, (x) => (of.float32 ? Math.fround(x) : x));
  if (of.task === 'classification' && of.aggregate === 'mean') return slow(of, numbers);
  const leaves = of.trees.map((tree) => numbersOf(tree, leafOf(tree, numbers).node, of.outputs));
  const sums = Array.from({ length: of.outputs }, (_, i) => leaves.reduce((sum, leaf) => sum + (leaf[i] as number), 0));
  if (of.aggregate === 'mean') return sums.map((sum) => sum / of.trees.length);
  const scores = sums.map((sum, i) => sum + (of.base[i] as number));
  const exps = scores.map((score) => Math.exp(score));
  const linked = {
    none: scores,
    logistic: scores.map((score) => 1 / (1 + Math.exp(-score))),
    softmax: exps.map((exp) => exp / exps.reduce((a, b) => a + b)),
  }[of.link];
  return of.task === 'classification' && of.outputs < of.classes ? [1 - linked[0]!, linked[0]!] : linked;
}

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

  test.each(shapes)('answers as each tree walked step by step does, in any form of rows: %s', (_, shape) => {
    for (const seed of [1, 2]) {
      const forest = randomForest(seed, { ...shape, trees: 6 });
      const { columns, outputs, task } = forest;
      const random = pseudoRandom(seed);
      const rows = columns > 1000 ? 3 : 21;
      const numbers = Float64Array.from({ length: rows * columns }, () => (random() < 0.1 ? NaN : Math.floor(random() * 280) / 4 - 12));
      const complete = numbers.map((x) => (Number.isNaN(x) ? 3 : x)); // nothing missing: another walk
      for (const features of [numbers, Float32Array.from(numbers), complete, Uint8Array.from(numbers)]) {
        const predictor = forestPredictor(forest);
        const width = task === 'regression' ? outputs : forest.classes;
        const out = new Float64Array(rows * width);
        if (task === 'regression') predictor.predictValues(features, rows, out);
        else predictor.predictProba(features, rows, out);
        const leaves = predictor.leaves(features, rows);
        for (let row = 0; row < rows; row++) {
          const cells = features.subarray(row * columns, (row + 1) * columns);
          const expected = answer(forest, cells);
          expected.forEach((number, i) => expect(out[row * width + i]).toBeCloseTo(number, 12));
          forest.trees.forEach((tree, i) => expect(leaves[row * 6 + i]).toBe(tree.children[leafOf(tree, cells).node]));
        }
      }
    }
  });

  test('rounds doubles to float32 first where the forest says so', () => {
    const writer = treeWriter();
    const left = writer.split(writer.root, 0, Math.fround(0.1));
    writer.value(left, [1], 1);
    writer.value(left + 1, [2], 1);
    const forest = { ...randomForest(1, { task: 'regression', columns: 1 }), trees: [writer.finish()] };
    const values = (float32: boolean): number[] => {
      const out = new Float64Array(2);
      forestPredictor({ ...forest, float32 }).predictValues(Float64Array.of(Math.fround(0.1), Math.fround(0.1) + 1e-12), 2, out);
      return [...out];
    };
    expect(values(false)).toEqual([1, 2]);
    expect(values(true)).toEqual([1, 1]);
  });

  test('hard voting counts trees; of equals it is the class that had its votes first', () => {
    const tree = (...byClass: number[]) => {
      const writer = treeWriter();
      writer.leaf(writer.root, Int32Array.from(byClass));
      return writer.finish();
    };
    const counts = new Uint32Array(3);
    const votes = (...trees: number[][]): number => {
      const forest = { ...randomForest(1, { classes: 3 }), trees: trees.map((byClass) => tree(...byClass)) };
      return forestPredictor(forest).vote(new Float32Array(5), 1, counts)[0] as number;
    };
    expect(votes([9, 0, 0], [0, 1, 0], [4, 5, 0])).toBe(1); // soft voting says 0
    expect(votes([0, 0, 1], [1, 0, 0])).toBe(2);
    expect(votes([0, 0, 1], [1, 0, 0], [1, 0, 0], [0, 0, 1])).toBe(0);
    expect([...counts]).toEqual([2, 0, 2]);
    expect(votes([2, 0, 2])).toBe(0); // of a leaf, the first of equals
    expect([...counts]).toEqual([1, 0, 0]);
  });

  test('refuses what is no question to such a forest', () => {
    const regression = forestPredictor(randomForest(1, { task: 'regression' }));
    expect(() => regression.predict(new Float32Array(5), 1)).toThrow('asked as a forest of classification, but it is one of regression');
    expect(() => regression.vote(new Float32Array(5), 1)).toThrow('trees vote for classes only');
    expect(() => forestPredictor(forest).predictValues(new Float32Array(784), 1, new Float64Array(10))).toThrow('of regression');
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
