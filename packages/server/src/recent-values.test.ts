import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantileOf, RecentValues, together } from './recent-values.ts';

const seconds = fc.double({ min: 1e-6, max: 9999, noNaN: true });
const seenIn = (values: readonly number[]) => {
  const recent = new RecentValues();
  for (const value of values) recent.add(value, 0);
  return recent.seen(0);
};

test('a quantile is that of the sorted values, to one in a hundred', () => {
  fc.assert(
    fc.property(fc.array(seconds, { minLength: 1, maxLength: 200 }), fc.constantFrom(0, 0.5, 0.75, 0.9, 0.98, 0.99, 1), (values, part) => {
      const exact = values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(part * values.length)) - 1] as number;
      expect(Math.abs(quantileOf(seenIn(values), part) / exact - 1)).toBeLessThan(0.0101);
    }),
  );
});

test('what several have seen is what one would have', () => {
  fc.assert(
    fc.property(fc.array(seconds), fc.array(seconds), (some, others) => {
      expect(together([seenIn(some), seenIn(others)])).toEqual(seenIn([...some, ...others]));
    }),
  );
});

test.each([
  ['nothing', [], Number.NaN],
  ['less than a microsecond', [0, 1e-9], 1e-6],
  ['hours', [1e9], 1e4],
])('of %s', (_, values, quantile) => {
  const found = quantileOf(seenIn(values), 0.5);
  if (Number.isNaN(quantile)) expect(found).toBeNaN();
  else expect(Math.abs(found / quantile - 1)).toBeLessThan(0.02);
});

test('values are forgotten after ten minutes at most, and after eight at least', () => {
  const minute = 60_000;
  const recent = new RecentValues();
  recent.add(1, 1 * minute);
  recent.add(2, 3 * minute);
  const most = (minutes: number) => quantileOf(recent.seen(minutes * minute), 1);
  const least = (minutes: number) => quantileOf(recent.seen(minutes * minute), 0);
  expect([least(9), most(9)].map(Math.round)).toEqual([1, 2]);
  expect([least(10), most(11)].map(Math.round)).toEqual([2, 2]);
  expect(most(12)).toBeNaN();
  for (let at = 0; at < 100; at++) recent.add(3, at * 2 * minute);
  expect(recent.seen(198 * minute).reduce((sum, [, count]) => sum + count, 0)).toBe(5);
});
