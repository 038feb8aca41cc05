import { expect, test } from 'vitest';
import type { OnnxPort } from './parse.ts';
import { tensorOf, valuesOf } from './values.ts';

const port = (datatype: OnnxPort['element']['datatype'], type: OnnxPort['element']['type']): OnnxPort => ({
  spec: { name: 'x', datatype, shape: [-1] },
  element: { datatype, type },
});
const words = (...texts: (string | Uint8Array)[]) => ({
  name: 'x',
  datatype: 'BYTES' as const,
  shape: [texts.length],
  data: texts.map((text) => (typeof text === 'string' ? new TextEncoder().encode(text) : text)),
});

test('bytes that onnxruntime-node would change are refused, by their place', () => {
  const text = port('BYTES', 'string');
  expect(valuesOf(words('a', '\ufeffø'), text)).toEqual({ type: 'string', dims: [2], data: ['a', '\ufeffø'] });
  expect(() => valuesOf(words('a', 'b\0c'), text)).toThrow('input "x": element 1 has a byte of 0');
  expect(() => valuesOf(words(Uint8Array.of(0xff)), text)).toThrow('input "x": element 0 is not UTF-8');
});

test('values have memory of their own, also of what is a view', () => {
  const request = Buffer.from([1, 0, 1]);
  const { data } = valuesOf({ name: 'x', datatype: 'BOOL', shape: [3], data: request }, port('BOOL', 'bool'));
  expect(data).toEqual(Uint8Array.of(1, 0, 1));
  expect((data as Uint8Array).buffer.byteLength).toBe(3);
  expect((data as Uint8Array).buffer).not.toBe(request.buffer);
});

test('half floats go in as their bits and come out as numbers', () => {
  const half = port('FP32', 'float16');
  const values = valuesOf({ name: 'x', datatype: 'FP32', shape: [3], data: Float32Array.of(1, -65_504, 0.1) }, half);
  expect(values).toEqual({ type: 'float16', dims: [3], data: Uint16Array.of(0x3c00, 0xfbff, 0x2e66) });
  expect(tensorOf(values, half).data).toEqual(Float32Array.of(1, -65_504, 0.0999755859375));
});

test('an answer of another type or shape than was stated is an error of the model', () => {
  const data = new Float64Array(4);
  expect(() => tensorOf({ type: 'float64', dims: [4], data }, port('FP32', 'float32'))).toThrow(
    'the model gave float64 [4] as output "x", which it states to be float32 [-1]',
  );
  expect(() => tensorOf({ type: 'float64', dims: [2, 2], data }, port('FP64', 'float64'))).toThrow('gave float64 [2, 2]');
});
