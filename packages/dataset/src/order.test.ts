import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { shuffledOrder } from './order.ts';

test('the order is every row once', () => {
  fc.assert(
    fc.property(fc.nat(300), fc.maxSafeNat(), (rows, seed) => {
      expect(shuffledOrder(rows, seed).toSorted()).toEqual(Uint32Array.from({ length: rows }, (_, row) => row));
    }),
  );
});

test('the order of a seed is the same on every machine and in every version', () => {
  expect([...shuffledOrder(10, 0)]).toEqual([1, 0, 7, 2, 6, 5, 9, 8, 3, 4]); // as a second implementation has it
  expect([...shuffledOrder(10, 2 ** 40 + 7, 3)]).toEqual([0, 2, 1, 6, 9, 7, 3, 4, 8, 5]);
});

test('another seed, its upper half too, and another epoch give another order', () => {
  const orders = [shuffledOrder(50, 0), shuffledOrder(50, 1), shuffledOrder(50, 2 ** 32), shuffledOrder(50, 0, 1), shuffledOrder(50, 0, 2)];
  expect(new Set(orders.map(String)).size).toBe(orders.length);
});

test('each row is as likely at each place', () => {
  const [rows, draws] = [6, 6000];
  const counts = new Float64Array(rows * rows);
  for (let seed = 0; seed < draws; seed++) shuffledOrder(rows, seed).forEach((row, at) => counts[at * rows + row]!++);
  const expected = draws / rows;
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  expect(chiSquare).toBeLessThan(52.6); // 25 degrees of freedom, one in a thousand; the seeds are fixed
});

test('a seed that is no whole number is refused', () => {
  expect(() => shuffledOrder(3, 0.5)).toThrow('seed 0.5 is not a whole number from 0 to 9007199254740991');
  expect(() => shuffledOrder(3, -1)).toThrow('seed -1');
});
