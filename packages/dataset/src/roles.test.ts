import { expect, test } from 'vitest';
import { findRoles, roleOf } from './roles.ts';

test.each([
  ['train-images-idx3-ubyte', 'train features'],
  ['t10k-labels.idx1-ubyte', 'test labels'],
  ['emnist-letters-test-images-idx3-ubyte.gz', 'test features'],
  ['kmnist-train-imgs.npz', 'train features'],
  ['x_test', 'test features'],
  ['X', 'train features'],
  ['y', 'train labels'],
  ['target.npy', 'train labels'],
  ['arr_0', 'train features'],
  ['weights', undefined],
  ['taxes', undefined],
])('%s is %s', (name, role) => {
  expect(roleOf(name)).toBe(role);
});

test('pairs are found among other names', () => {
  const named = new Map(['y_test', 'x_train', 'y_train', 'x_test', 'readme'].map((name, at) => [name, at]));
  expect(findRoles(named, 'a')).toEqual({ train: { features: 1, labels: 2 }, test: { features: 3, labels: 0 } });
});

test('a test pair alone is all there is', () => {
  expect(
    findRoles(
      new Map([
        ['x_test', 1],
        ['y_test', 2],
      ]),
      'a',
    ),
  ).toEqual({ train: { features: 1, labels: 2 } });
});

test('a role that is empty or taken twice is refused', () => {
  expect(() =>
    findRoles(
      new Map([
        ['x_test', 1],
        ['y', 2],
        ['x', 3],
      ]),
      'a',
    ),
  ).toThrow('a: test labels are missing; there is "x_test", "y", "x"');
  expect(() =>
    findRoles(
      new Map([
        ['x', 1],
        ['images', 2],
        ['y', 3],
      ]),
      'a',
    ),
  ).toThrow('a: both "x" and "images" look like train features');
  expect(() => findRoles(new Map(), 'a')).toThrow('there is nothing');
});
