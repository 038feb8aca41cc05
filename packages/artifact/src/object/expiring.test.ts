import { expect, test } from 'vitest';
import { renewed } from './expiring.ts';

const minute = 60_000;

test('what holds is fetched once, also for those that ask at once', async () => {
  let fetched = 0;
  const { get, renew } = renewed(async () => ({ value: ++fetched, expires: Date.now() + 60 * minute }));
  expect(await Promise.all([get(), get(), get()])).toEqual([1, 1, 1]);
  expect(await get()).toBe(1);
  expect(renew()).toBe(true);
  expect(await get()).toBe(2);
});

test('it is fetched anew before its end', async () => {
  let fetched = 0;
  const { get } = renewed(async () => ({ value: ++fetched, expires: Date.now() + (fetched === 1 ? 4 : 60) * minute }));
  expect(await get()).toBe(1);
  expect(await Promise.all([get(), get()])).toEqual([2, 2]);
  expect(await get()).toBe(2);
});

test('without an end there is nothing to renew, and a failure is not kept', async () => {
  let fetched = 0;
  const { get, renew } = renewed(async () => {
    if (++fetched === 1) throw new Error('not yet');
    return { value: fetched };
  });
  await expect(get()).rejects.toThrow('not yet');
  expect(await get()).toBe(2);
  expect(renew()).toBe(false);
});
