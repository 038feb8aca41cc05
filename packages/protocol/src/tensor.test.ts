import { expect, test } from 'vitest';
import { allocate, byteSize, checkShape, datatypes, elementCount, isDatatype, rowCount, viewBytes } from './tensor.ts';

test('each datatype has the size of its elements, and an array of that', () => {
  expect(Object.fromEntries(datatypes.map((datatype) => [datatype, byteSize(datatype)]))).toEqual({
    BOOL: 1,
    UINT8: 1,
    UINT16: 2,
    UINT32: 4,
    UINT64: 8,
    INT8: 1,
    INT16: 2,
    INT32: 4,
    INT64: 8,
    FP16: 2,
    BF16: 2,
    FP32: 4,
    FP64: 8,
    BYTES: 0,
  });
  for (const datatype of datatypes) if (datatype !== 'BYTES') expect(allocate(datatype, 3).BYTES_PER_ELEMENT).toBe(byteSize(datatype));
});

test('only datatypes are datatypes', () => {
  expect(datatypes.every(isDatatype)).toBe(true);
  expect([1, 'fp32', 'constructor', '', undefined].some(isDatatype)).toBe(false);
});

test('a shape has its elements and rows', () => {
  expect([elementCount([]), elementCount([2, 3]), elementCount([2, 0])]).toEqual([1, 6, 0]);
  expect(rowCount({ name: '', datatype: 'FP32', shape: [], data: Float32Array.of(1) })).toBe(1);
  expect(rowCount({ name: '', datatype: 'FP32', shape: [0, 2], data: new Float32Array(0) })).toBe(0);
});

test.each([
  [[2, 2], 3, 'tensor "x": shape [2,2] holds 4 elements, but 3 were sent'],
  [[-1], 1, 'tensor "x": dimension -1 of shape [-1] is not a whole number ≥ 0'],
  [[0.5], 0, 'dimension 0.5'],
])('shape %j over %i elements is refused', (shape, length, message) => {
  expect(() => checkShape('x', shape, length)).toThrow(message);
});

test('a view is the memory of the bytes, whole elements of it', () => {
  const bytes = Uint8Array.of(0, 0, 1, 0, 2, 0, 3).subarray(2);
  const view = viewBytes('UINT16', bytes);
  expect([[...view], view.buffer === bytes.buffer]).toEqual([[1, 2], true]);
});
