import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { remembered } from './remembered.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

test('an answer is asked for once by many, and again when it is old', async () => {
  let asked = 0;
  const question = remembered(async () => ++asked, 5000);
  expect(await Promise.all([question(), question(), question()])).toEqual([1, 1, 1]);
  vi.advanceTimersByTime(4999);
  expect(await question()).toBe(1);
  vi.advanceTimersByTime(1);
  expect(await question()).toBe(2);
});

test('a failure is remembered for a second only', async () => {
  let asked = 0;
  const question = remembered(async () => {
    if (++asked === 1) throw new Error('not yet');
    return asked;
  }, 5000);
  await expect(question()).rejects.toThrow('not yet');
  vi.advanceTimersByTime(999);
  await expect(question()).rejects.toThrow('not yet');
  vi.advanceTimersByTime(1);
  expect(await question()).toBe(2);
});
