import { expect, test } from 'vitest';
import { creationTime } from './creation-time.ts';

test('it is now, unless SOURCE_DATE_EPOCH says otherwise', () => {
  const before = Date.now();
  const time = Date.parse(creationTime(''));
  expect(time).toBeGreaterThanOrEqual(before);
  expect(time).toBeLessThanOrEqual(Date.now());
  expect(creationTime('0')).toBe('1970-01-01T00:00:00.000Z');
  expect(creationTime('1700000000')).toBe('2023-11-14T22:13:20.000Z');
});

test.each(['yesterday', '-1', '1.5', '1e3', ' 1', '999999999999'])('"%s" seconds are refused', (epoch) => {
  expect(() => creationTime(epoch)).toThrow(`SOURCE_DATE_EPOCH is "${epoch}"; whole seconds since 1970 are expected`);
});
