import { expect, test } from 'vitest';
import { join, row, rows } from './tensors.ts';

test('holds elements as their datatype has them', () => {
  expect(row('x', [0.5, 1])).toMatchObject({ input: 'x', shape: [1, 2], data: Float32Array.of(0.5, 1) });
  expect(row('when', [2n ** 60n])).toMatchObject({ shape: [1], data: BigInt64Array.of(2n ** 60n) });
  expect(rows('when', [1n, 2n, 3n])).toMatchObject({ shape: [3] });
  expect(row('half', [1 / 3])).toMatchObject({ shape: [1, 1], data: Float32Array.of(0.333251953125) });
  expect(rows('half', [1, 2, 3, 4], [2, 2])).toMatchObject({ shape: [2, 2] });
  expect(row('words', ['a', '', 'ä'])).toMatchObject({ shape: [3], data: ['a', '', 'ä'] });
  expect(row('flags', [true, false, true, false])).toMatchObject({ shape: [1, 2, 2], data: Uint8Array.of(1, 0, 1, 0) });
});

test('rows are joined in their order', () => {
  const parts = [row('x', [1, 2]), rows('x', Float32Array.of(3, 4, 5, 6)), row('x', [7, 8])];
  expect(join(parts)).toEqual({ shape: [4, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) });
  expect(() => join([row('half', [1]), row('half', [1, 2])])).toThrow('cannot be sent together');
  expect(() => join([row('words', ['a', 'b', 'c']), row('words', ['a', 'b', 'c'])])).toThrow('of the shape [3], not of several rows');
});

const floats: number[] = [1, 2, 3]; // of a length that the compiler does not know
test.each<[string, () => unknown]>([
  ['3 values; a row has 2', () => row('x', floats)],
  ['3 values; a multiple of 2 is wanted', () => rows('x', floats)],
  ['say the shape of these 3 values', () => rows('half', floats)],
  ['shape [3] is not of [-1,-1]', () => rows('half', floats, [3])],
  ['3 values; [2,2] holds 4', () => rows('half', floats, [2, 2])],
  ['shape [0,2] holds nothing', () => rows('x', [], [0, 2])],
  [
    'value 1: 9223372036854775808 is not a whole number of -9223372036854775808 to 9223372036854775807',
    () => rows('when', [0n, 2n ** 63n]),
  ],
  ['value 0: 1 is not a bigint', () => row('when', [1 as unknown as bigint])],
  ['value 2: 1 is not a string', () => row('words', ['a', 'b', 1 as unknown as string])],
  ['value 3: 2 is not a boolean', () => row('flags', Uint8Array.of(0, 1, 0, 2))],
  // @ts-expect-error a literal of three is known to be too long
  ['3 values; a row has 2', () => row('x', [1, 2, 3])],
])('refuses: %s', (words, make) => {
  expect(make).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', message: expect.stringContaining(words) }));
});
