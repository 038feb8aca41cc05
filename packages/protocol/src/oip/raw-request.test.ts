import { expect, test } from 'vitest';
import type { TensorSpec } from '../signature.ts';
import { decodeOipRaw } from './raw-request.ts';

const spec = (shape: number[], datatype: TensorSpec['datatype'] = 'FP32'): TensorSpec => ({ name: 'x', datatype, shape });
const decode = (body: Uint8Array, ...inputs: TensorSpec[]) => decodeOipRaw(body, inputs).message.payload;
const bytes = Buffer.from(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);

test('the open dimension is what the bytes leave', () => {
  const data = Float32Array.of(1, 2, 3, 4, 5, 6);
  expect(decode(bytes, spec([-1, 3]))).toEqual({ kind: 'tensors', tensors: [{ name: 'x', datatype: 'FP32', shape: [2, 3], data }] });
  expect(decode(bytes, spec([2, 3]))).toMatchObject({ tensors: [{ shape: [2, 3] }] });
  expect(decodeOipRaw(bytes, [spec([-1, 3])]).binaryOutput).toBe(true);
});

test('bytes for an input of bytes are one element', () => {
  const body = Buffer.from('image');
  expect(decode(body, spec([-1, 1], 'BYTES'))).toEqual({
    kind: 'tensors',
    tensors: [{ name: 'x', datatype: 'BYTES', shape: [1, 1], data: [body] }],
  });
});

test('what this cannot say is refused', () => {
  expect(() => decode(bytes, spec([-1, 5]))).toThrow('24 bytes are no whole number of FP32 rows of 20 bytes');
  expect(() => decode(bytes, spec([3, 3]))).toThrow('24 bytes');
  expect(() => decode(bytes, spec([-1, -1]))).toThrow('at most one open dimension; this has 1 of them, the first with shape [-1, -1]');
  expect(() => decode(bytes, spec([-1, 3]), spec([-1]))).toThrow('2 of them');
  expect(() => decode(bytes)).toThrow('none that is known');
});
