import { expect, test } from 'vitest';
import { missingValues } from './missing-values.ts';

test('tells the columns with missing values, by name or number', () => {
  const table = { rows: 2, shape: [3], features: Float64Array.of(1, NaN, NaN, 2, 3, NaN) };
  expect(missingValues({ ...table, columnNames: ['a', 'b', 'c'] })).toBe('missing values in 2 rows: b 1, c 2');
  expect(missingValues(table)).toBe('missing values in 2 rows: column 1 1, column 2 2');
});

test('names ten columns, and counts the others', () => {
  const features = new Float32Array(12).fill(NaN);
  expect(missingValues({ rows: 1, shape: [12], features })).toMatch(/column 9 1, 2 columns more$/);
});

test('says nothing where there are none', () => {
  expect(missingValues({ rows: 1, shape: [2], features: Float64Array.of(1, 2) })).toBeUndefined();
  expect(missingValues({ rows: 1, shape: [2], features: Uint8Array.of(1, 2) })).toBeUndefined();
});
