import { expect, it } from 'vitest';
import { armTable } from './arms.ts';
import { table } from './table.ts';

it('sets each column as wide as its widest cell and numbers to the right', () => {
  const columns = [
    { title: 'name', value: (row: [string, number]) => row[0] },
    { title: 'n', value: (row: [string, number]) => String(row[1]), align: 'right' as const },
  ];
  expect(
    table(columns, [
      ['a', 5],
      ['longer', 123],
    ]),
  ).toBe(['name      n', 'a         5', 'longer  123'].join('\n'));
});

it('shows an arm that got no request without figures', () => {
  const text = armTable([{ arm: 'rf', requests: 0, reward: 0, accuracy: Number.NaN, p50: Number.NaN, p99: Number.NaN }]);
  expect(text.split('\n')[1]).toMatch(/^rf\s+0\s+0\s+–\s+–\s+–$/);
});
