import { expect, test } from 'vitest';
import { afterwards, settle, whenThere } from './eventual.ts';

const fail = (): never => {
  throw new Error('no');
};
const twice = (value: number): number => value * 2;
const size = (error: unknown): number => (error as Error).message.length;

test('what is there goes on at once, what is not goes on later', async () => {
  expect(whenThere(1, twice)).toBe(2);
  expect(settle(() => 1, twice, size)).toBe(2);
  const later = [whenThere(Promise.resolve(1), twice), settle(() => Promise.resolve(1), twice, size), whenThere(1, async () => 2)];
  for (const each of later) expect(each).toBeInstanceOf(Promise);
  expect(await Promise.all(later)).toEqual([2, 2, 2]);
});

test('a failure is told, now or later; one of what follows is not', async () => {
  expect(settle(fail, twice, size)).toBe(2);
  expect(await settle(() => Promise.reject(new Error('later')), twice, size)).toBe(5);
  expect(() => settle(() => 1, fail, size)).toThrow('no');
  await expect(settle(() => Promise.resolve(1), fail, size)).rejects.toThrow('no');
});

test('what comes afterwards comes once, however the work ends', async () => {
  let times = 0;
  const after = (): void => void times++;
  expect(afterwards(() => 7, after)).toBe(7);
  expect(() => afterwards(fail, after)).toThrow('no');
  expect(times).toBe(2);
  const open = Promise.withResolvers<number>();
  const waited = afterwards(() => open.promise, after);
  expect(times).toBe(2);
  open.resolve(7);
  expect(await waited).toBe(7);
  await expect(afterwards(() => Promise.reject(new Error('later')), after)).rejects.toThrow('later');
  expect(times).toBe(4);
});
