import { expect, test } from 'vitest';
import { toFiniteNumbers, toNumbers } from './numbers.ts';
import type { Tensor } from './tensor.ts';

const tensor = (datatype: Tensor['datatype'], data: Tensor['data']): Tensor => ({ name: 'x', datatype, shape: [data.length], data });

test('numbers are given as they are, without a copy', () => {
  const data = Float32Array.of(0.5);
  expect(toNumbers(tensor('FP32', data))).toBe(data);
});

test('half floats are widened from their bits', () => {
  // 1, −2, 65504 (the largest), 2^−24 (the smallest), −0, ∞
  const bits = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0x7c00);
  expect([...toNumbers(tensor('FP16', bits))]).toEqual([1, -2, 65504, 2 ** -24, -0, Infinity]);
  expect(toNumbers(tensor('FP16', Uint16Array.of(0x7e00)))[0]).toBeNaN();
  expect([...toNumbers(tensor('BF16', Uint16Array.of(0x3f80, 0xc000, 0x4049)))]).toEqual([1, -2, 3.140625]);
});

test('64-bit integers are numbers where these are exact', () => {
  expect([...toNumbers(tensor('INT64', BigInt64Array.of(-5n, 2n ** 60n)))]).toEqual([-5, 2 ** 60]);
  expect(() => toNumbers(tensor('UINT64', BigUint64Array.of(0n, 2n ** 53n + 1n)))).toThrow(
    'tensor "x": element 1, 9007199254740993, is beyond 2^53',
  );
});

test('bytes are no numbers', () => {
  expect(() => toNumbers(tensor('BYTES', []))).toThrow('tensor "x" holds BYTES, not numbers');
});

test('what is not finite is an error of ours', () => {
  expect(() => toFiniteNumbers(tensor('FP16', Uint16Array.of(0, 0x7c00)))).toThrow(
    expect.objectContaining({ code: 'INTERNAL', message: expect.stringContaining('element 1 is Infinity') }),
  );
  expect(toFiniteNumbers(tensor('INT8', Int8Array.of(-1)))).toEqual(Int8Array.of(-1));
});
