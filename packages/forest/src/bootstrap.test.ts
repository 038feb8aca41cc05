import { expect, test } from 'vitest';
import { drawRows, listRows } from './bootstrap.ts';
import { randomBelow } from './random.ts';

test('a bootstrap draws as many rows as there are, some of them several times', () => {
  const counts = new Int32Array(1000);
  drawRows(counts, true, randomBelow(1));
  expect(counts.reduce((a, b) => a + b)).toBe(1000);
  expect(counts.filter((count) => count === 0).length / 1000).toBeCloseTo(1 / Math.E, 1);
  drawRows(counts, false, randomBelow(1));
  expect(counts.every((count) => count === 1)).toBe(true);
});

test('a row that was drawn more than 255 times has several entries', () => {
  const counts = Int32Array.of(0, 600, 1, 0, 255, 256);
  const [rows, weights] = [new Int32Array(8), new Uint8Array(8)];
  expect(listRows(counts, rows, weights)).toBe(7);
  expect([...rows.subarray(0, 7)]).toEqual([1, 1, 1, 2, 4, 5, 5]);
  expect([...weights.subarray(0, 7)]).toEqual([255, 255, 90, 1, 255, 255, 1]);
});
