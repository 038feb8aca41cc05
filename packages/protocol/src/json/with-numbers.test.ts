import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NumberList } from './number-list.ts';
import { parseJson } from './syntax.ts';
import { parseWithNumbers, type Places } from './with-numbers.ts';

const numbers = { numbers: true } as const;
const places: Places = {
  members: { data: { members: { x: numbers } }, inputs: { ...numbers, elements: { members: { data: numbers } }, others: numbers } },
};

const long = ' '.repeat(300); // texts of less are parsed whole
const bytes = (text: string): Buffer => Buffer.from(long + text);
const parse = (text: string): unknown => parseWithNumbers(bytes(text), 'the body', places);

/** What was parsed, with lists of numbers as plain lists. */
function plain(value: unknown): unknown {
  if (value instanceof NumberList) return nested(value.shape, [...value.data]);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value))
    Object.defineProperty(copy, key, { value: plain(each), enumerable: true, writable: true, configurable: true });
  return copy;
}

function nested([size, ...rest]: readonly number[], flat: readonly number[]): unknown {
  const width = flat.length / (size as number);
  return rest.length === 0
    ? flat
    : Array.from({ length: size as number }, (_, at) => nested(rest, flat.slice(at * width, (at + 1) * width)));
}

function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return (error as Error).message;
  }
}

describe('lists of numbers', () => {
  test.each([
    ['in a member of a member', '{"data":{"x":[[1,2],[3,4]]},"y":[5]}', ['data', 'x']],
    ['in the elements of a list', '{"inputs":[{"name":"a","data":[1]},{"data":[2.5,3]}]}', ['inputs', '1', 'data']],
    ['in members of any name', '{"inputs":{"__proto__":[1,2]}}', ['inputs', '__proto__']],
    ['of a name that is written with an escape', '{"d\\u0061ta":{"x":[1]}}', ['data', 'x']],
    ['beside text that is not ASCII', '{"naïve":"é","data":{"x":[1,2]},"z":"日本"}', ['data', 'x']],
  ])('%s are such', (_, text, path) => {
    const json = parse(text);
    expect(path.reduce<unknown>((found, key) => (found as Record<string, unknown>)[key], json)).toBeInstanceOf(NumberList);
    expect(plain(json)).toEqual(JSON.parse(text));
  });

  test.each([
    ['elsewhere', '{"meta":{"x":[1]},"data":{"y":[1]}}'],
    ['of strings', '{"data":{"x":["a"]}}'],
    ['with a null', '{"data":{"x":[1,null]}}'],
    ['that are ragged', '{"data":{"x":[[1],[2,3]]}}'],
    ['of members that come twice, of which the last one counts', '{"data":{"x":[1]},"data":{"x":7}}'],
    ['of members that come twice, once with an escape', '{"data":{"x":[1]},"d\\u0061ta":5}'],
    ['in a string', '{"s":"{\\"data\\":{\\"x\\":[1]}}"}'],
  ])('%s stay what they are', (_, text) => {
    const json = parse(text);
    expect(json).toEqual(JSON.parse(text));
    expect(JSON.stringify(json)).toBe(JSON.stringify(JSON.parse(text)));
  });
});

describe('whatever a text is', () => {
  const value = fc.letrec((tie) => ({
    list: fc.array(tie('any'), { maxLength: 3 }),
    numbers: fc
      .array(fc.array(fc.constantFrom('0', '1', '-2.5e3', '0.1', '1e400', '01', '9007199254740993'), { minLength: 2, maxLength: 2 }), {
        maxLength: 3,
      })
      .map((rows) => `[${rows.map((row) => `[${row.join(', ')}]`).join(' ,')}]`),
    object: fc
      .array(fc.tuple(fc.constantFrom('"data"', '"x"', '"inputs"', '"__proto__"', '"d\\u0061ta"', '"é"', '"a\\"b"', '""'), tie('any')), {
        maxLength: 3,
      })
      .map((members) => `{${members.map(([name, each]) => `${name as string}: ${each as string}`).join(',')}}`),
    any: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('1', 'null', '"]"', '"\\\\"', '"é[1"', 'tru'),
      tie('numbers'),
      tie('list').map((all) => `[${(all as string[]).join(',')}]`),
      tie('object'),
    ),
  })).any as fc.Arbitrary<string>;
  const body = fc.tuple(value, value).map(([data, inputs]) => `{"data":{"x":${data},"é":1},"inputs":${inputs}}`);
  const change = fc.record({ at: fc.nat(), to: fc.constantFrom('[', ']', '{', '}', '"', ',', ':', '\\', '0', 'é', ' ', '') });

  test('it is parsed as JSON.parse does it, and what is wrong with it is told in the same words', () => {
    fc.assert(
      fc.property(fc.oneof(value, body), fc.array(change, { maxLength: 2 }), (text, changes) => {
        const characters = [...text];
        for (const { at, to } of changes) characters[at % characters.length] = to;
        const changed = bytes(characters.join(''));
        const wanted = outcome(() => plain(parseJson(changed, 'the body')));
        expect(outcome(() => plain(parseWithNumbers(changed, 'the body', places)))).toEqual(wanted);
      }),
      { numRuns: 3000 },
    );
  });

  test.each([[[0xff]], [[0x22, 0xc3, 0x22]]])('bytes that are no UTF-8 are refused: %j', (wrong) => {
    const text = Buffer.concat([bytes('{"data":{"x":[1]},"y":'), Buffer.from(wrong), Buffer.from('}')]);
    expect(() => parseWithNumbers(text, 'the body', places)).toThrow('the body is not UTF-8 text');
  });
});
