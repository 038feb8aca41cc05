import { expect, test } from 'vitest';
import { age } from './status.ts';

test.each([
  ['14:59:59Z', '1s'],
  ['14:58:01Z', '119s'],
  ['14:58:00Z', '2m'],
  ['13:00:00Z', '2h'],
  ['15:00:09Z', '0s'],
])('what was made at %s is %s old at three', (time, text) => {
  expect(age(`2026-11-24T${time}`, Date.parse('2026-11-24T15:00:00Z'))).toBe(text);
});

test('two days and more are days', () => {
  expect(age('2026-11-22T15:00:00Z', Date.parse('2026-11-24T15:00:00Z'))).toBe('2d');
});
