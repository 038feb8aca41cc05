import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TensorProto } from '../generated/messages.ts';
import { anyTensor, tensorOf } from '../test/arbitraries.ts';
import { plainTensor } from '../test/plain.ts';
import { datatypes, type Tensor } from '../tensor.ts';
import { tfTensorJson, tfTensorOfJson } from './tf-tensor-json.ts';
import { decodeTfTensor, encodeTfTensor, tfTypes } from './tf-tensor.ts';

const unnamed = (tensor: Tensor): unknown => plainTensor({ ...tensor, name: '' });
const decode = (json: object): Tensor => decodeTfTensor(tfTensorOfJson(json as Record<string, unknown>));
const dims = (...sizes: (string | number)[]) => ({ dim: sizes.map((size) => ({ size })) });

test('every datatype has its place in a TensorProto', () => {
  expect(tfTypes.map(({ datatype }) => datatype).toSorted()).toEqual(datatypes.toSorted());
});

test('any tensor comes back as it was, from its content', () => {
  fc.assert(
    fc.property(anyTensor, (tensor) => {
      const back = decodeTfTensor(TensorProto.decode(TensorProto.encode(encodeTfTensor(tensor)).finish()));
      expect(plainTensor(back)).toEqual(unnamed(tensor));
    }),
  );
});

test('any tensor comes back as it was, from the lists of JSON', () => {
  fc.assert(
    fc.property(anyTensor, (tensor) => {
      expect(plainTensor(decode(JSON.parse(tfTensorJson(tensor)) as object))).toEqual(unnamed(tensor));
    }),
  );
});

test('any tensor comes back as it was, from the lists of protobuf', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...datatypes).chain((datatype) => tensorOf(datatype)),
      (tensor) => {
        const lists = tfTensorOfJson(JSON.parse(tfTensorJson(tensor)) as Record<string, unknown>);
        expect(plainTensor(decodeTfTensor(TensorProto.decode(TensorProto.encode(lists).finish())))).toEqual(unnamed(tensor));
      },
    ),
  );
});

test('names in JSON may be those of the proto; the type may be its number, content base64', () => {
  const content = Buffer.from(Float32Array.of(1, 2).buffer).toString('base64');
  expect(decode({ dtype: 1, tensor_shape: dims(2), tensor_content: content })).toMatchObject({
    datatype: 'FP32',
    data: Float32Array.of(1, 2),
  });
  expect(decode({ dtype: 'DT_INT64', tensorShape: dims('1'), int64_val: ['9007199254740993'] })).toMatchObject({
    data: BigInt64Array.of(9007199254740993n),
  });
});

test('a list that is too short is filled up with its last value, within bounds', () => {
  expect(decode({ dtype: 'DT_INT32', tensorShape: dims(2, 2), intVal: [7, 8] })).toMatchObject({
    shape: [2, 2],
    data: Int32Array.of(7, 8, 8, 8),
  });
  expect(() => decode({ dtype: 'DT_INT32', tensorShape: dims(100_000, 100_000), intVal: [7] })).toThrow(
    'holds 10000000000 elements, but 1 were sent',
  );
  expect(() => decode({ dtype: 'DT_INT32', tensorShape: dims(2) })).toThrow('holds 2 elements, but 0 were sent');
});

test.each([
  [{ dtype: 'DT_COMPLEX64' }, 'data.tftensor.dtype is "DT_COMPLEX64"; known are DT_FLOAT'],
  [{ tensorShape: dims(1) }, 'data.tftensor.dtype is missing'],
  [{ dtype: 'DT_FLOAT', tensorShape: { unknownRank: true } }, 'a shape of unknown rank'],
  [{ dtype: 'DT_FLOAT', tensorShape: dims(1), floatVal: ['1'] }, 'data.tftensor.floatVal[0] is "1", not a finite number'],
  [{ dtype: 'DT_UINT8', tensorShape: dims(1), intVal: [256] }, 'data.tftensor: element 0 is 256, not UINT8'],
  [{ dtype: 'DT_INT64', tensorShape: dims(1), int64Val: [2 ** 60] }, 'write those beyond 2^53 as strings'],
  [{ dtype: 'DT_UINT64', tensorShape: dims(1), uint64Val: ['-1'] }, 'data.tftensor.uint64Val[0] is "-1", not an integer of 64 bits'],
  [{ dtype: 'DT_BOOL', tensorShape: dims(1), boolVal: [1] }, 'data.tftensor.boolVal[0] is 1, not true or false'],
  [{ dtype: 'DT_FLOAT', tensorShape: dims(-1), floatVal: [1] }, 'dimension -1 of shape'],
  [{ dtype: 'DT_FLOAT', tensorShape: dims(1), tensorContent: 'AAA=' }, '2 bytes are no whole number of FP32 elements of 4 bytes'],
])('%j is refused', (json, message) => {
  expect(() => decode(json)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) }));
});

test('a type that has no tensor here is refused over protobuf, too', () => {
  expect(() => decodeTfTensor({ dtype: 8 })).toThrow('data.tftensor has dtype 8; known are DT_FLOAT');
});
