import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { nastyString } from '../test/arbitraries.ts';
import { elements, members } from './members.ts';
import { parseJson } from './syntax.ts';

const value = fc.oneof(fc.jsonValue(), fc.dictionary(nastyString, fc.jsonValue()), fc.array(nastyString), nastyString);
const layout = fc.constantFrom(undefined, 1, '\t', '  \r\n ');

/** `JSON.stringify` with blanks after the colons, and between all parts. */
function write(value: unknown, indent: string | number | undefined): Buffer {
  return Buffer.from(
    `${indent === undefined ? '' : ' \n'}${JSON.stringify(value, null, indent as string)}${indent === undefined ? '' : '\n\t'}`,
  );
}

const parse = (bytes: Uint8Array): unknown => parseJson(bytes, 'it'); // `JSON.parse` misreads names: escaped-names.ts

test('the members of any object are found where they stand', () => {
  fc.assert(
    fc.property(fc.dictionary(nastyString, value), layout, (object, indent) => {
      const bytes = write(object, indent);
      const found = members(bytes);
      expect(found.map(({ name }) => name)).toEqual(Object.keys(object));
      const whole = parse(bytes) as Record<string, unknown>;
      for (const { name, start, end } of found) expect(parse(bytes.subarray(start, end))).toEqual(whole[name]);
    }),
  );
});

test('the elements of any array are found where they stand', () => {
  fc.assert(
    fc.property(fc.array(value), layout, (list, indent) => {
      const bytes = write(list, indent);
      expect(elements(bytes).map(({ start, end }) => parse(bytes.subarray(start, end)))).toEqual(parse(bytes));
    }),
  );
});

test('a name that is written with escapes is the name it stands for', () => {
  expect(members(Buffer.from('{"m\\u0065ta":1}'))).toEqual([{ name: 'meta', start: 13, end: 14 }]);
});

test('a name that occurs twice is found twice', () => {
  expect(members(Buffer.from('{"a":1,"a":2}')).map(({ name, start }) => [name, start])).toEqual([
    ['a', 5],
    ['a', 11],
  ]);
});

test.each([
  ['[1]', '"[" at position 0, where "{" was expected'],
  ['', 'the end at position 0, where "{" was expected'],
  ['{"a":1', 'the end at position 6, where "," or "}" was expected'],
  ['{"a":[1,{"b":"]"}', 'the end at position 17, where the end of the value that begins at position 5 was expected'],
  ['{"a":"x\\"}', 'the end at position 10, where the end of the string that begins at position 5 was expected'],
  ['{"a" 1}', '"1" at position 5, where ":" was expected'],
  ['{"a":}', '"}" at position 5, where a value was expected'],
  ['{"a":1}é', '"é" at position 7, where the end was expected'],
  ['{é:1}', '"é" at position 1, where a member name in quotes was expected'],
  ['{"\\x":1}', '"\\x" at position 1 is not a member name'],
])('%s is refused, with its place', (text, message) => {
  expect(() => members(Buffer.from(text))).toThrow(message);
});

test('what is no array is refused, with its place', () => {
  expect(() => elements(Buffer.from(' {}'))).toThrow('"{" at position 1, where "[" was expected');
  expect(() => elements(Buffer.from('[1 2]'))).toThrow('"2" at position 3, where "," or "]" was expected');
});
