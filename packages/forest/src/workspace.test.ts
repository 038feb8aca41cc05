import { expect, test } from 'vitest';
import { bytesOf } from './memory-plan.ts';
import type { Criterion, Task } from './parameters.ts';
import { workspaceBytes } from './workspace.ts';

/** As docs/forest.md states it; each of some forty arrays may be up to 63 bytes longer. */
function stated(
  rows: number,
  columns: number,
  classes: number,
  { sums = false, regression = false, sets = false, histogram = false },
): number {
  const byRow = (regression ? 84 : 92) + (sums ? 8 : 0) + (sets ? 64 : 0);
  return byRow * rows + (8 + 16 * Number(sums && !regression) + 1024 * Number(histogram)) * classes + 4 * columns;
}

test.each([
  { name: 'MNIST', rows: 60_000, columns: 784, classes: 10, wide: { sums: true, histogram: true } },
  { name: 'few rows of many classes', rows: 30_000, columns: 20, classes: 65_535, wide: {} },
  { name: 'many rows of many classes', rows: 1_000_000, columns: 5, classes: 65_535, wide: { sums: true } },
  { name: 'numbers with categories', rows: 100_000, columns: 9, classes: 0, wide: { sums: true, regression: true, sets: true } },
])('a thread takes what the documentation says: $name', ({ rows, columns, classes, wide }) => {
  const task: Task = 'regression' in wide ? 'regression' : 'classification';
  const criterion: Criterion = task === 'regression' ? 'squared_error' : 'gini';
  const bytes = workspaceBytes({ rows, columns, classes, task, weighted: false, sets: 'sets' in wide }, { criterion });
  const expected = stated(rows, columns, classes, wide);
  expect(bytes).toBeGreaterThanOrEqual(expected);
  expect(bytes).toBeLessThan(expected + 16_384);
});

test('arrays begin with cache lines', () => {
  expect(bytesOf({ a: [Uint8Array, 1], b: [Float64Array, 9] })).toBe(64 + 128);
});
