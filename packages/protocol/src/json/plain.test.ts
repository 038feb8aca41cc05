import { expect, test } from 'vitest';
import { plainJson } from './plain.ts';

const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);

test('what can be written again is given back', () => {
  for (const json of [null, 'a', 1, [1, { a: [null, true] }], nested(100)]) expect(plainJson(json, 'x')).toBe(json);
});

test('what is nested too deep, and what is no number, is refused by name', () => {
  expect(() => plainJson(nested(3000), 'meta.tags')).toThrow('meta.tags is nested more than 100 levels deep');
  expect(() => plainJson(JSON.parse('{"a":[1,{"b":-1e999}]}'), 'meta.tags')).toThrow('meta.tags holds -Infinity');
});
