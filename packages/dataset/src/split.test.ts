import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DatasetParts } from './dataset.ts';
import { splitParts } from './split.ts';

/** Rows whose one feature is their number. */
function rowsOf(labels: readonly number[], first = 0): DatasetParts {
  return {
    name: 'rows',
    rows: labels.length,
    shape: [1],
    features: Float64Array.from(labels, (_, row) => first + row),
    labels: Uint8Array.from(labels),
    classNames: ['a', 'b', 'c'],
  };
}
const hundred = rowsOf(Array.from({ length: 100 }, (_, row) => (row < 60 ? 0 : row < 90 ? 1 : 2)));
const count = (labels: ArrayLike<number>): number[] => [0, 1, 2].map((label) => Array.from(labels).filter((each) => each === label).length);

describe('a split', () => {
  test('by a share takes it of every class, and keeps the order', () => {
    const { train, test } = splitParts({ train: hundred }, 'given', 0.2, 0);
    expect(count(test.labels)).toEqual([12, 6, 2]);
    expect(count(train.labels)).toEqual([48, 24, 8]);
    expect([...test.features]).toEqual([...test.features].toSorted((a, b) => a - b));
  });

  test('loses no row, tests none that it trains on, and is of the size asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(2), { minLength: 12, maxLength: 200 }),
        fc.double({ min: 0.1, max: 0.7, noNaN: true }),
        fc.nat(),
        (labels, fraction, seed) => {
          const { train, test } = splitParts({ train: rowsOf(labels) }, fraction, 0.5, seed);
          expect([...train.features, ...test.features].toSorted((a, b) => a - b)).toEqual(labels.map((_, row) => row));
          expect(Math.abs(test.rows - labels.length * fraction)).toBeLessThan(2);
          for (const part of [train, test]) part.features.forEach((row, at) => expect(part.labels[at]).toBe(labels[row]));
        },
      ),
    );
  });

  test('only trains on a class of one row', () => {
    const { train, test } = splitParts({ train: rowsOf([0, 0, 0, 0, 1]) }, 0.7, 0, 0);
    expect([count(train.labels), count(test.labels)]).toEqual([
      [1, 1, 0],
      [3, 0, 0],
    ]);
  });

  test('depends on the seed alone', () => {
    const test = (seed: number): string => splitParts({ train: hundred }, 0.2, 0, seed).test.features.join();
    expect(test(1)).toBe(test(1));
    expect(test(1)).not.toBe(test(2));
  });

  test('given by the source is left as it is', () => {
    const source = { train: hundred, test: rowsOf([0, 1]) };
    expect(splitParts(source, 'given', 0.2, 0)).toEqual(source);
  });

  test('in halves pools and shuffles all', () => {
    const { train, test } = splitParts({ train: hundred, test: rowsOf([0, 1], 100) }, 'half', 0.2, 0);
    expect([train.rows, test.rows]).toEqual([51, 51]);
    expect([...train.features, ...test.features].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 102 }, (_, row) => row));
    expect(train.features.some((row) => row > 80)).toBe(true);
  });

  test('that leaves a part empty is refused, as is a share that is none', () => {
    expect(() => splitParts({ train: rowsOf([0, 1]) }, 0.2, 0.2, 0)).toThrow(
      'rows: 2 rows: too few for a training set of 2 and a test set of 0',
    );
    expect(() => splitParts({ train: hundred }, 1, 0.2, 0)).toThrow('test fraction 1 is not between 0 and 1');
    expect(() => splitParts({ train: hundred }, NaN, 0.2, 0)).toThrow('test fraction NaN');
  });
});
