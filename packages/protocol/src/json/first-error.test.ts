import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstError } from './first-error.ts';

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test.each([
  ['{"a":[1,]}', 8],
  ['{"a":1,}', 7],
  ['[1 2]', 3],
  ['[01]', 2],
  ['{"a" 1}', 5],
  ['{a:1}', 1],
  ['[1}', 2],
  ['[1] x', 4],
  ['["a\nb"]', 3],
  ['["a\\x"]', 3],
  ['["\\u12"]', 2],
  ['[NaN]', 1],
  ['[-Infinity]', 1],
  ['[1,', 3],
  ['["abc', 5],
  ['', 0],
  ['["\\\\",nul]', 6],
  ['["\\"",x]', 6],
])('the first error of %s is at %i', (text, position) => {
  expect(firstError(text)).toBe(position);
});

test('an error is found exactly where JSON.parse refuses, whatever is broken', () => {
  const broken = fc.json().chain((text) =>
    fc.tuple(fc.nat(text.length), fc.constantFrom('', ',', ']', '}', '"', '\\', '\n', ':', '0', 'e', 'x')).map(([at, insert]) => {
      return `${text.slice(0, at)}${insert}${text.slice(at + (insert === '' ? 1 : 0))}`;
    }),
  );
  fc.assert(
    fc.property(broken, (text) => {
      const at = firstError(text);
      expect(firstError(text.slice(0, at))).toBe(at); // up to there it could still become valid
      if (parses(text)) expect(at).toBe(text.length);
    }),
  );
});

test('what stands before the error can be made valid, what stands there cannot', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom('}', ']', ',', ':', '@'), (text, extra) => {
      const broken = `${text}${extra}`;
      expect(firstError(broken)).toBe(text.length);
    }),
  );
});

test('a long text with many strings and escapes is scanned once, not once a string', () => {
  const text = `[${'"a\\n",'.repeat(200_000)}x]`;
  expect(firstError(text)).toBe(text.length - 2);
});
