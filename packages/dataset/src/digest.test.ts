import { expect, test } from 'vitest';
import { createDataset, selectRows, type DatasetParts } from './dataset.ts';
import { digest } from './digest.ts';

const parts: DatasetParts = {
  name: 'four',
  rows: 4,
  shape: [2],
  features: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 255),
  labels: Uint8Array.of(0, 1, 0, 1),
  classNames: ['no', 'yes'],
};

test('the same numbers give the same digest, whatever they are called and stored as', () => {
  const expected = digest(parts);
  expect(expected).toMatch(/^[0-9a-f]{64}$/);
  expect(digest({ ...parts, name: 'other' })).toBe(expected);
  expect(digest({ ...parts, features: Float32Array.from(parts.features) })).toBe(expected);
  expect(digest({ ...parts, features: Float64Array.from(parts.features, (value) => (value === 0 ? -0 : value)) })).toBe(expected);
  const halves = Float64Array.from(parts.features, (value) => value / 2);
  const holes = Float64Array.from(halves, (value) => (value === 1 ? NaN : value));
  expect(digest({ ...parts, features: holes })).toBe(digest({ ...parts, features: Float32Array.from(holes) }));
  expect(digest({ ...parts, features: halves })).toBe(digest({ ...parts, features: Float32Array.from(halves) }));
});

test('whatever else changes, changes the digest', () => {
  const variants: DatasetParts[] = [
    parts,
    { ...parts, features: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 254) },
    { ...parts, features: Float64Array.of(0, 1, 2, 3, 4, 5, 6, 254.9) },
    { ...parts, labels: Uint8Array.of(0, 1, 0, 0) },
    { ...parts, classNames: ['no', 'maybe'] },
    { ...parts, columnNames: ['a', 'b'] },
    { ...parts, shape: [1, 2] },
    { ...parts, targets: Float64Array.of(0, 1, 0, 1) },
    { ...parts, targets: Float64Array.of(0, 1, 0, 1.5) },
    { ...parts, weights: Float64Array.of(0, 1, 0, 1) },
    { ...parts, categories: [{ column: 0, words: ['a'] }] },
    { ...parts, features: Float64Array.of(0, 1, 2, 3, 4, 5, 6, NaN) },
  ];
  expect(new Set(variants.map(digest)).size).toBe(variants.length);
});

test('chosen rows are a dataset with a digest of its own', () => {
  const chosen = selectRows(createDataset(parts), Uint32Array.of(3, 0));
  expect(chosen).toMatchObject({ rows: 2, features: Uint8Array.of(6, 255, 0, 1), labels: Uint8Array.of(1, 0) });
  expect(chosen.digest).toBe(digest(chosen));
  expect(chosen.digest).not.toBe(digest(parts));
  const measured = createDataset({ ...parts, targets: Float64Array.of(5, 6, 7, 8) });
  expect(selectRows(measured, Uint32Array.of(3, 0)).targets).toEqual(Float64Array.of(8, 5));
});

test('parts that do not fit together are refused', () => {
  expect(() => createDataset({ ...parts, rows: 3 })).toThrow('dataset "four" has 8 features; 3 rows of 2 make 6');
  expect(() => createDataset({ ...parts, labels: Uint8Array.of(1) })).toThrow('4 rows but 1 labels');
  expect(() => createDataset({ ...parts, targets: Float64Array.of(1) })).toThrow('4 rows but 1 targets');
  expect(() => createDataset({ ...parts, weights: Float64Array.of(1) })).toThrow('4 rows but 1 weights');
  expect(() => createDataset({ ...parts, labels: Uint8Array.of(0, 1, 2, 1) })).toThrow('the label 2 but 2 classes');
});
