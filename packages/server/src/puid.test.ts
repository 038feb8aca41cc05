import { expect, test } from 'vitest';
import { newPuid } from './puid.ts';

test('ids have 26 characters of base 32 and do not repeat', () => {
  const ids = Array.from({ length: 10_000 }, newPuid);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[0-9a-v]{26}$/);
});

test('every character is as likely as any other', () => {
  const counts = new Map<string, number>();
  for (let index = 0; index < 10_000; index++) for (const character of newPuid()) counts.set(character, (counts.get(character) ?? 0) + 1);
  expect(counts.size).toBe(32);
  const expected = 260_000 / 32;
  // 9 standard deviations: a sound generator fails once in 10^18 runs
  for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(9 * Math.sqrt(expected));
});
