import { describe, expect, test } from 'vitest';
import { ForestError } from './error.ts';
import { completeParameters, defaultParameters, featuresPerSplit } from './parameters.ts';

describe('completeParameters', () => {
  test('fills in the defaults of scikit-learn', () => {
    expect(completeParameters({}, 4)).toEqual(defaultParameters);
    expect(completeParameters({ nEstimators: 3 }, 4)).toEqual({ ...defaultParameters, nEstimators: 3 });
  });

  test.each([
    [{ nEstimators: 0 }, 'nEstimators is 0; it is a whole number from 1'],
    [{ nEstimators: 2.5 }, 'nEstimators is 2.5'],
    [{ minSamplesLeaf: 0 }, 'minSamplesLeaf is 0'],
    [{ minSamplesSplit: 1 }, 'minSamplesSplit is 1; it is a whole number from 2'],
    [{ maxDepth: 0 }, 'maxDepth is 0'],
    [{ maxDepth: NaN }, 'maxDepth is NaN'],
    [{ maxFeatures: 5 }, 'maxFeatures is 5; it is a whole number from 1 to 4'],
    [{ seed: -1 }, 'seed is -1; it is a whole number from 0 to 4294967295'],
  ])('refuses %o', (given, message) => {
    expect(() => completeParameters(given, 4)).toThrow(ForestError);
    expect(() => completeParameters(given, 4)).toThrow(message);
  });
});

test.each([
  ['sqrt', 784, 28],
  ['log2', 784, 9],
  ['all', 784, 784],
  ['sqrt', 1, 1],
  ['log2', 1, 1],
  [40, 784, 40],
] as const)('maxFeatures %s of %i columns is %i', (maxFeatures, columns, expected) => {
  expect(featuresPerSplit(maxFeatures, columns)).toBe(expected);
});
