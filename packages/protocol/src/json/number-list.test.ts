import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { windowBytes } from './kernel/number-kernel.ts';
import { numberReader } from './number-list.ts';

const read = (text: string, start = 0) => numberReader(Buffer.from(text)).read(start);
const same = (found: ArrayLike<number>, wanted: readonly number[]): boolean =>
  found.length === wanted.length && wanted.every((value, at) => Object.is(value, found[at]));

/** Any double, as often a large or a tiny one as one of everyday life. */
const double = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.integer({ min: 0, max: 255 }).map((byte) => byte / 255),
  fc.float({ min: 0, max: 1, noNaN: true }),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }).map(Number),
);

/** The many ways to write a number. */
const spelled = fc.oneof(
  fc.tuple(double, fc.integer({ min: 1, max: 25 })).map(([value, digits]) => value.toPrecision(digits)),
  fc.tuple(double, fc.integer({ min: 0, max: 25 })).map(([value, digits]) => value.toExponential(digits)),
  fc
    .tuple(fc.double({ min: -1e20, max: 1e20, noNaN: true }), fc.integer({ min: 0, max: 30 }))
    .map(([value, digits]) => value.toFixed(digits)),
  double.map((value) => JSON.stringify(value)),
  fc.stringMatching(/^-?(0|[1-9][0-9]{0,22})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?$/),
  fc.stringMatching(/^-?0\.0{0,25}[0-9]{1,20}$/),
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(String),
);

/** Half-way between two doubles, or a digit off it: where rounding is decided. */
const halfway = fc
  .tuple(fc.bigInt({ min: 2n ** 52n, max: 2n ** 53n - 1n }), fc.integer({ min: -60, max: 12 }), fc.constantFrom(-1n, 0n, 1n))
  .map(([mantissa, binary, off]) => {
    const scale = binary < 0 ? 10n ** BigInt(1 - binary) : 1n;
    const exact = ((2n * mantissa + 1n) * scale * 2n ** BigInt(Math.max(binary, 0))) / 2n ** BigInt(Math.max(-binary, 0) + 1);
    const digits = String(exact + off).padStart(2 - binary, '0');
    return binary < 0 ? `${digits.slice(0, binary - 1)}.${digits.slice(binary - 1)}` : digits;
  });

describe('numbers', () => {
  test('each is the double that JSON.parse makes of it, however it is written', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            spelled,
            halfway,
            halfway.map((text) => text.slice(0, 19)),
          ),
          { minLength: 1 },
        ),
        (texts) => {
          const text = `[${texts.join(',')}]`;
          const wanted = JSON.parse(text) as number[];
          const found = read(text);
          expect(found?.end).toBe(text.length);
          expect(found?.list.shape).toEqual([wanted.length]);
          expect(same(found!.list.data, wanted)).toBe(true);
          expect(found!.list.safe).toBe(wanted.every((value) => Math.abs(value) <= Number.MAX_SAFE_INTEGER));
        },
      ),
      { numRuns: 3000 },
    );
  });

  test.each([
    '01',
    '1.',
    '.5',
    '-',
    '--1',
    '+1',
    '1e',
    '1e+',
    '1.e1',
    '0x1',
    '1_0',
    'NaN',
    'Infinity',
    '-Infinity',
    '1 2',
    '٣',
    '00',
    '-01',
    '"1"',
    'null',
    'true',
    '{}',
    '1,',
    ',1',
    '',
    '1}',
  ])('[%s] is no list of numbers', (inner) => {
    expect(read(`[${inner}]`)).toBeUndefined();
  });
});

describe('lists', () => {
  const flat = (nested: Nested): number[] => nested.flatMap((each) => (typeof each === 'number' ? each : flat(each)));
  type Nested = readonly (Nested | number)[];
  const shaped = (shape: readonly number[], next: () => number): Nested =>
    Array.from({ length: shape[0]! }, () => (shape.length > 1 ? shaped(shape.slice(1), next) : next()));
  const blanks = fc.constantFrom('', ' ', '\n\t\r  ');

  test('one of any shape is read with blanks wherever they may be, from any byte of a text', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 6 }), fc.string(), blanks, (shape, before, blank) => {
        let count = 0;
        const nested = shaped(shape, () => count++ / 7);
        const text = JSON.stringify(nested)
          .replaceAll(/[[\],]/g, (mark) => `${blank}${mark}${blank}`)
          .trim();
        const found = numberReader(Buffer.from(`${before}${text}${before}`)).read(Buffer.byteLength(before));
        expect(found?.end).toBe(Buffer.byteLength(before) + text.length);
        expect(found?.list.shape).toEqual(shape);
        expect([...found!.list.data]).toEqual(flat(nested));
      }),
    );
  });

  test.each([
    '[]',
    '[[]]',
    '[[1],[]]',
    '[1,[2]]',
    '[[1],2]',
    '[[1,2],[3]]',
    '[[[1]],[[2],[3]]]',
    '[[1]',
    '[1',
    '[',
    '[1]]'.slice(0, 2),
    '{"a":[1]}',
    '7',
  ])('%s is none', (text) => {
    expect(read(text)).toBeUndefined();
  });

  test('it may be 32 levels deep, no more', () => {
    expect(read(`${'['.repeat(32)}1${']'.repeat(32)}`)?.list.shape).toEqual(Array(32).fill(1));
    expect(read(`${'['.repeat(33)}1${']'.repeat(33)}`)).toBeUndefined();
    expect(read('['.repeat(100_000))).toBeUndefined();
  });

  test('one that is longer than the window is read piece by piece, wherever a piece may end', () => {
    const numbers = Array.from({ length: 30_000 }, (_, at) => [at, at / 255, -at * 1e-9, 1.2345678901234568e20][at % 4]!);
    const rows = Array.from({ length: 300 }, (_, row) => numbers.slice(row * 100, row * 100 + 100));
    for (let offset = 0; offset < 12; offset++) {
      const text = ' '.repeat(offset) + JSON.stringify(rows);
      expect(text.length).toBeGreaterThan(3 * windowBytes);
      const found = read(text, offset);
      expect(found).toMatchObject({ end: text.length, list: { shape: [300, 100], safe: false } });
      expect(same(found!.list.data, numbers)).toBe(true);
    }
  });

  test('of several lists each is read, those that are none left out', () => {
    const text = '[1,2] [3] ["x"] [[4]]';
    const reader = numberReader(Buffer.from(text));
    const found = [0, 6, 10, 16].map((start) => reader.read(start));
    expect(found.map((each) => each && [...each.list.data])).toEqual([[1, 2], [3], undefined, [4]]);
    expect(found.map((each) => each?.end)).toEqual([5, 9, undefined, 21]);
  });

  test('a number that is longer than the window is left to others', () => {
    expect(read(`[${'1'.repeat(windowBytes)}]`)).toBeUndefined();
    expect(read(`[1,${'1'.repeat(windowBytes)}]`)).toBeUndefined();
    expect([...read(`[1,0.${'1'.repeat(windowBytes - 100)}]`)!.list.data]).toEqual([1, 1 / 9]);
  });

  test('whatever is broken, what is read is what JSON.parse reads there', () => {
    const change = fc.record({ at: fc.nat(), to: fc.constantFrom(...'0123456789-+.eE,[] \n"ntx\0{}') });
    fc.assert(
      fc.property(
        fc.array(fc.array(spelled, { minLength: 2, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
        fc.array(change, { maxLength: 3 }),
        (rows, changes) => {
          const characters = [...`[${rows.map((row) => `[${row.join(',')}]`).join(',')}]`];
          for (const { at, to } of changes) characters[at % characters.length] = to;
          const text = characters.join('');
          const found = read(text);
          if (found) {
            const parsed = JSON.parse(text.slice(0, found.end)) as Nested;
            expect(same(found.list.data, flat(parsed))).toBe(true);
            return;
          }
          const parsed = parse(text);
          const width = Array.isArray(parsed?.[0]) ? parsed[0].length : undefined;
          const rectangular =
            width !== undefined &&
            parsed!.every((row) => Array.isArray(row) && row.length === width && row.every((each) => typeof each === 'number'));
          expect(rectangular && width > 0).toBe(false);
        },
      ),
      { numRuns: 3000 },
    );
    function parse(text: string): Nested | undefined {
      try {
        return JSON.parse(text) as Nested;
      } catch {
        return undefined;
      }
    }
  });
});
