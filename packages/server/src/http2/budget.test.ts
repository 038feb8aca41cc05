import { expect, test } from 'vitest';
import { Budget } from './budget.ts';

test('so much at once, so much a second, and never more than at once', () => {
  const budget = new Budget({ burst: 3, perSecond: 2 }, 0);
  const spent = (now: number, times: number): number => Array.from({ length: times }, () => budget.spend(now)).filter(Boolean).length;
  expect([spent(0, 5), spent(400, 5), spent(500, 5), spent(2000, 5), spent(1e6, 5)]).toEqual([3, 0, 1, 3, 3]);
});
