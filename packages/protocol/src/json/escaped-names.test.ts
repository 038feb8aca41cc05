import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { nastyString } from '../test/arbitraries.ts';
import { parseByName } from './escaped-names.ts';
import { exactIntegers } from './exact.ts';
import { parseJson } from './syntax.ts';

const parse = (text: string): unknown => parseJson(Buffer.from(text), 'it');

test('a name with an escape is not taken for one that was read before', () => {
  parse(String.raw`{"a":0,"\\":1,"list":[{"b":1,"\\u00":2}]}`);
  expect(parse(String.raw`{"a":0,"\"":1,"list":[{"b":1,"\u006deta":2}]}`)).toEqual({ a: 0, '"': 1, list: [{ b: 1, meta: 2 }] });
  expect(parse(String.raw`{"a":0,"\n" :1}`)).toEqual({ a: 0, '\n': 1 });
});

const jsonOf = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, fc.jsonValue(), nastyString, fc.array(tie('value')), fc.dictionary(nastyString, tie('value'))),
})).value;

/** As objects have them, in their order: a name `__proto__` is one like others. */
const entries = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? value.map(entries) : Object.entries(value).map(([name, each]) => [name, entries(each)]);
};

test('any text is what it was written from, by name and by whole', () => {
  fc.assert(
    fc.property(jsonOf, fc.constantFrom('', '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const written = JSON.stringify(entries(value)); // -0 is written as 0
      expect(JSON.stringify(entries(parse(text)))).toBe(written);
      expect(JSON.stringify(entries(parseByName(Buffer.from(text))))).toBe(written);
    }),
  );
});

test('the last of two members of one name counts, and a reviver sees each number as it is written', () => {
  expect(parse(String.raw`{"\n":1,"b":[9007199254740993],"\u000a":-9007199254740993}`)).toEqual({
    '\n': -9007199254740992,
    b: [9007199254740992],
  });
  expect(parseJson(Buffer.from(String.raw`{"\n":9007199254740993,"b":[1,{"\t":9007199254740995}]}`), 'it', exactIntegers)).toEqual({
    '\n': 9007199254740993n,
    b: [1, { '\t': 9007199254740995n }],
  });
});

test('a text that is deep, or long with escapes in what is no name, takes no more than others', () => {
  const deep = `${'{"\\n":['.repeat(50_000)}1${']}'.repeat(50_000)}`;
  expect(parse(deep)).toHaveProperty(['\n', 0]);
  const long = JSON.stringify({ a: '\n"'.repeat(500_000) });
  expect(parse(long)).toEqual({ a: '\n"'.repeat(500_000) });
});

test('what is wrong is told as ever', () => {
  expect(() => parse(String.raw`{"\n":1,"\x":2}`)).toThrow('it is not valid JSON: unexpected "\\\\" at position 9');
});
