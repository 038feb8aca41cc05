import { expect, it } from 'vitest';
import { figureOf, round, table } from './figures.ts';

it('takes the least and the middle of several runs', () => {
  expect(figureOf([3, 1, 2])).toEqual({ min: 1, median: 2, runs: 3 });
  expect(figureOf([4, 1, 2, 3])).toEqual({ min: 1, median: 2.5, runs: 4 });
});

it('rounds to what can be claimed', () => {
  expect([1234.5, 0.012345, 12.34].map(round)).toEqual([1230, 0.0123, 12.3]);
});

it('lines up the columns of a table', () => {
  expect(
    table(
      ['name', 'n'],
      [
        ['a', 1],
        ['long one', 23],
      ],
    ),
  ).toBe(['| name     | n  |', '| -------- | -- |', '| a        | 1  |', '| long one | 23 |'].join('\n'));
});
