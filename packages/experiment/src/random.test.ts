import { assert, property, maxSafeInteger } from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from './random.ts';

test('the same seed gives the same numbers, all within [0, 1)', () => {
  assert(
    property(maxSafeInteger(), (seed) => {
      const [one, two] = [seededRandom(seed), seededRandom(seed)];
      for (let draw = 0; draw < 20; draw++) {
        const value = one();
        expect(value).toBe(two());
        expect(value >= 0 && value < 1).toBe(true);
      }
    }),
  );
});

test('seeds that differ in any half give other numbers', () => {
  const first = [0, 1, -1, 2 ** 32, 2 ** 33, 2 ** 32 + 1, -(2 ** 32)].map((seed) => seededRandom(seed)());
  expect(new Set(first).size).toBe(first.length);
});

test('the numbers are spread evenly: chi-square over 64 buckets stays below its 0.9999 quantile', () => {
  for (const seed of [0, 1, 1337]) {
    const random = seededRandom(seed);
    const buckets = Array.from({ length: 64 }, () => 0);
    for (let draw = 0; draw < 64_000; draw++) {
      const bucket = Math.floor(random() * 64);
      buckets[bucket] = (buckets[bucket] as number) + 1;
    }
    expect(buckets.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(113); // 63 degrees of freedom
  }
});

test('a seed that is not a whole number is refused by name', () => {
  expect(() => seededRandom(0.5)).toThrow('seed 0.5 is not a whole number');
  expect(() => seededRandom(Number.NaN)).toThrow('seed NaN');
});
