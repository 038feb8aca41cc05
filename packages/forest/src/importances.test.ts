import { expect, test } from 'vitest';
import { classificationForest, regressionForest } from './forest.ts';
import { impurityImportances } from './impurity-importances.ts';
import type { ClassifiedRows, MeasuredRows } from './labelled-rows.ts';
import { permutationImportances } from './permutation-importances.ts';
import { pseudoRandom } from './test/trees.ts';
import { trainForest } from './train.ts';
import { treeWriter } from './tree-writer.ts';

/** Column 1 parts 6 rows of classes 4, 2 into 3, 0 and 1, 2; then column 0 these into 1, 0 and 0, 2. */
function twoSplits() {
  const writer = treeWriter();
  const left = writer.split(0, 1, 0.5);
  writer.leaf(left, Int32Array.of(3, 0));
  const inner = writer.split(left + 1, 0, 0.5);
  writer.leaf(inner, Int32Array.of(1, 0));
  writer.leaf(inner + 1, Int32Array.of(0, 2));
  return writer.finish();
}

test('impurity importances are the decreases of the splits as shares, by Gini and by entropy', () => {
  const forest = classificationForest({ columns: 3, bytes: false, classes: 2 }, [twoSplits()]);
  const gini = (a: number, b: number): number => (a + b) * (1 - (a / (a + b)) ** 2 - (b / (a + b)) ** 2);
  const entropy = (a: number, b: number): number => -a * Math.log(a / (a + b)) - b * Math.log(b / (a + b));
  for (const [criterion, impurity] of [
    ['gini', gini],
    ['entropy', entropy],
  ] as const) {
    const [first, second] = [impurity(4, 2) - impurity(1, 2), impurity(1, 2)];
    const found = impurityImportances(forest, criterion);
    expect(found[0]).toBeCloseTo(second / (first + second), 12);
    expect(found[1]).toBeCloseTo(first / (first + second), 12);
    expect(found[2]).toBe(0);
  }
});

test('as many outputs as a tree has rows change nothing but the way they are added up', async () => {
  const random = pseudoRandom(4);
  const rows = 1500;
  const features = Uint8Array.from({ length: rows * 3 }, () => random() * 256);
  const labels = Uint16Array.from({ length: rows }, (_, row) => (features[3 * row]! * 5 + features[3 * row + 1]!) % 997);
  const { forest } = await trainForest({ features, labels, rows, columns: 3, classes: 997 }, { nEstimators: 2 }, { threads: 1 });
  const wide = classificationForest({ columns: 3, bytes: true, classes: 65_535 }, forest.trees);
  for (const criterion of ['gini', 'entropy'] as const) {
    const [dense, sparse] = [impurityImportances(forest, criterion), impurityImportances(wide, criterion)];
    dense.forEach((importance, column) => expect(sparse[column]).toBeCloseTo(importance, 10));
  }
});

test('impurity importances of numbers are what the splits take from the squared error', () => {
  const writer = treeWriter();
  const left = writer.split(0, 0, 0.5);
  writer.value(left, [1], 2);
  const inner = writer.split(left + 1, 1, 0.5);
  writer.value(inner, [4], 1);
  writer.value(inner + 1, [8], 1);
  const found = impurityImportances(regressionForest({ columns: 2, bytes: false, outputs: 1 }, [writer.finish()]));
  // squared error of 1, 1, 4, 8 about 3.5 is 33; of 4, 8 about 6 it is 8
  expect(found[0]).toBeCloseTo(25 / 33, 12);
  expect(found[1]).toBeCloseTo(8 / 33, 12);
});

test('a forest without a split has no importances', () => {
  const writer = treeWriter();
  writer.leaf(0, Int32Array.of(1, 1));
  expect([...impurityImportances(classificationForest({ columns: 2, bytes: true, classes: 2 }, [writer.finish()]))]).toEqual([0, 0]);
});

const rows = 800;
const random = pseudoRandom(3);
const features = Float64Array.from({ length: rows * 4 }, () => random());
const classified: ClassifiedRows = {
  features,
  rows,
  columns: 4,
  classes: 2,
  labels: Uint8Array.from({ length: rows }, (_, row) => Number(features[4 * row + 2]! > 0.4)),
};

test('what decides is important either way, and all else is not', async () => {
  const { forest, importances } = await trainForest(classified, { nEstimators: 15, seed: 1 }, { threads: 1 });
  expect(importances[2]).toBeGreaterThan(0.6);
  expect(importances.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  const told: number[] = [];
  const found = await permutationImportances(forest, classified, { seed: 1, onProgress: (done) => told.push(done) });
  expect(found.score).toBe(1);
  expect(found.means[2]).toBeGreaterThan(0.3);
  for (const column of [0, 1, 3]) expect(Math.abs(found.means[column] as number)).toBeLessThan(0.05);
  expect(found.deviations[2]).toBeGreaterThan(0);
  expect(told).toEqual([1, 2, 3, 4]);
  expect(await permutationImportances(forest, classified, { seed: 1 })).toEqual(found);
});

test('permutation leaves the rows as they were, and tells what it cannot do', async () => {
  const { forest } = await trainForest(classified, { nEstimators: 3 }, { threads: 1 });
  const before = features.slice();
  await permutationImportances(forest, classified, { repeats: 1 });
  expect(features).toEqual(before);
  const measured: MeasuredRows = { features, rows, columns: 4, task: 'regression', targets: new Float64Array(rows) };
  await expect(permutationImportances(forest, measured)).rejects.toThrow('rows for regression; the forest is for classification');
  await expect(permutationImportances(forest, classified, { repeats: 0 })).rejects.toThrow('repeats is 0');
  await expect(permutationImportances(forest, classified, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
});

test('importances of a regression fall in R²', async () => {
  const targets = Float64Array.from({ length: rows }, (_, row) => features[4 * row]! * 10 + features[4 * row + 1]!);
  const measured: MeasuredRows = { features, rows, columns: 4, task: 'regression', targets };
  const { forest, importances } = await trainForest(measured, { nEstimators: 10 }, { threads: 1 });
  const { means, score } = await permutationImportances(forest, measured, { repeats: 2 });
  expect(score).toBeGreaterThan(0.98);
  expect(means[0]).toBeGreaterThan(1.5); // shuffled, it says worse than the mean
  expect(importances[0]).toBeGreaterThan(0.9);
});
