import { expect, test } from 'vitest';
import { randomBelow } from './random.ts';
import { sortNumbers } from './sort-numbers.ts';

const below = randomBelow(3);

test.each([1, 2048, 2049, 10_000])('sorts %d floats of all sizes and signs as comparing does', (length) => {
  const any = Float32Array.from({ length }, () => (below(2) ? -1 : 1) * below(1000) * 10 ** (below(80) - 45));
  any.set([0, -0, 3.4028234663852886e38, -3.4028234663852886e38, 1e-45].slice(0, length));
  const given = any.slice();
  expect(bytes(sortNumbers(any))).toEqual(bytes(any.toSorted()));
  expect(bytes(any)).toEqual(bytes(given));
});

test('sorts a part of a larger array', () => {
  const all = Float32Array.from({ length: 9000 }, () => below(500) - 250);
  expect(sortNumbers(all.subarray(1000, 6000))).toEqual(all.slice(1000, 6000).toSorted());
});

test('sorts doubles, that differ beyond what a float holds', () => {
  expect(sortNumbers(Float64Array.from({ length: 5000 }, (_, at) => 1 - at * 1e-15))[0]).toBe(1 - 4999e-15);
});

const bytes = (numbers: Float32Array | Float64Array): Uint8Array => new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
