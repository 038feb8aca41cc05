import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { shardRange, spans } from './shard.ts';

test('shards take each tree once, and differ by one tree at most', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 50 }), (trees, of) => {
      const ranges = Array.from({ length: of }, (_, index) => shardRange({ index, of }, trees));
      expect(ranges[0]!.from).toBe(0);
      expect(ranges.at(-1)!.to).toBe(trees);
      for (let index = 1; index < of; index++) expect(ranges[index]!.from).toBe(ranges[index - 1]!.to);
      const sizes = ranges.map(({ from, to }) => to - from);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

test('indexes are told as spans', () => {
  expect(spans([4, 0, 1, 2, 7, 9, 10])).toBe('0–2, 4, 7, 9–10');
  expect(spans([])).toBe('');
});
