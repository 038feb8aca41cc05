import { expect, test } from 'vitest';
import { readPairs } from './pairs.ts';

test.each([
  ['', {}],
  ['a=b', { a: 'b' }],
  [' a = b , c=d=e,', { a: 'b', c: 'd=e' }],
  ['authorization=Bearer%20x%2C', { authorization: 'Bearer x,' }],
])('%j is read', (text, expected) => {
  expect(readPairs(text)).toEqual(expected);
});

test.each([
  ['a', '"a" is no name=value'],
  ['=b', '"=b" is no name=value'],
  ['a=%', 'the value of "a" is not percent-encoded'],
])('%j is refused', (text, message) => {
  expect(() => readPairs(text)).toThrow(message);
});
