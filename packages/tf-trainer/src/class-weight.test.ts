import { expect, test } from 'vitest';
import { classWeights } from './class-weight.ts';

const data = { labels: Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 1), classNames: ['often', 'rare', 'never'] };

test('balanced, each class that occurs weighs the same in all; without a wish, each row', () => {
  const weights = classWeights('balanced', data);
  expect(weights[0]! * 6).toBeCloseTo(weights[1]! * 2, 6);
  expect(weights[2]).toBe(0);
  expect([...classWeights(undefined, data)]).toEqual([1, 1, 1]);
  expect([...classWeights([1, 0.5, 2], data)]).toEqual([1, 0.5, 2]);
});

test.each([
  [[1, 2], '--class-weight has 2 weights; the data has 3 classes: often, rare, never'],
  [[0, 0, 0], '--class-weight: no class weighs more than 0'],
])('%j is refused', (wanted, message) => {
  expect(() => classWeights(wanted, data)).toThrow(message);
});
