import { expect, test } from 'vitest';
import { checkReference, parseReference } from './reference.ts';

test.each([
  ['mnist', { name: 'mnist' }],
  ['mnist:3', { name: 'mnist', version: '3' }],
  ['mnist:latest', { name: 'mnist' }],
  ['a', { name: 'a' }],
  ['mnist-forest_v1.2:10', { name: 'mnist-forest_v1.2', version: '10' }],
])('"%s" is a reference', (text, reference) => {
  expect(parseReference(text)).toEqual(reference);
});

test.each(['', '../x', '.', '..', 'a/b', 'a\\b', 'MNIST', '-a', 'a-', '.hidden', 'a b', 'a\n', 'ä', 'a'.repeat(64), ':3'])(
  'no model is named %j',
  (text) => {
    expect(() => parseReference(text)).toThrow(
      expect.objectContaining({ code: 'INVALID_REFERENCE', message: expect.stringContaining('a name is 1–63 of') }),
    );
  },
);

test.each(['0', '01', '-1', '1.0', '1e3', 'x', '', '../1', '1\n', '1'.repeat(16)])('no version is %j', (version) => {
  expect(() => checkReference({ name: 'mnist', version })).toThrow(
    expect.objectContaining({
      code: 'INVALID_REFERENCE',
      message: `"${version}" is no version of model "mnist": a version is a whole number from 1, of at most 15 digits`,
    }),
  );
});

test('an empty version is not the latest', () => {
  expect(() => parseReference('mnist:')).toThrow('"" is no version of model "mnist"');
});
