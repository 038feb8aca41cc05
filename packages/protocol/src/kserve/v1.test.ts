import { expect, test } from 'vitest';
import { InferenceError } from '../error.ts';
import type { Tensor } from '../tensor.ts';
import { decodeV1Json, encodeV1Json, v1MetadataJson, v1StatusJson } from './v1.ts';

const decode = (text: string) => decodeV1Json(Buffer.from(text));
const tensors = (text: string): readonly Tensor[] => {
  const request = decode(text);
  if (!('payload' in request) || request.payload.kind !== 'tensors') throw new Error('no tensors');
  return request.payload.tensors;
};
const vector = (name: string, ...numbers: number[]): Tensor => ({
  name,
  datatype: 'FP64',
  shape: [numbers.length],
  data: Float64Array.from(numbers),
});

test('instances that are lists are one tensor without a name', () => {
  expect(tensors('{"instances":[[1,2],[3,4]]}')).toEqual([{ ...vector('', 1, 2, 3, 4), shape: [2, 2] }]);
});

test('instances that are objects of lists are a tensor an input; those of single values are a table', () => {
  const [x, y] = tensors('{"instances":[{"x":[1,2],"y":3},{"x":[4,5],"y":6}]}');
  expect([x, y]).toEqual([{ ...vector('x', 1, 2, 4, 5), shape: [2, 2] }, vector('y', 3, 6)]);
  expect(decode('{"instances":[{"a":1,"b":"c"}]}')).toMatchObject({ form: 'instances', table: { columns: ['a', 'b'], rows: [[1, 'c']] } });
});

test('inputs are one tensor, or one by each name', () => {
  expect(tensors('{"inputs":[[1,2]]}')[0]).toMatchObject({ name: '', shape: [1, 2] });
  expect(tensors('{"inputs":{"x":[[1]],"y":[2]}}').map(({ name, shape }) => [name, shape])).toEqual([
    ['x', [1, 1]],
    ['y', [1]],
  ]);
});

test('bytes come as base64', () => {
  const [tensor] = tensors('{"instances":[{"b64":"AAE="},{"b64":"/w=="}]}');
  expect(tensor).toMatchObject({ datatype: 'BYTES', shape: [2] });
  expect((tensor!.data as Uint8Array[]).map((bytes) => [...bytes])).toEqual([[0, 1], [255]]);
});

test('integers beyond 2^53 stay what they are, there and back', () => {
  const [tensor] = tensors('{"instances":[[9007199254740993,1]]}');
  expect(tensor).toMatchObject({ datatype: 'INT64', data: BigInt64Array.of(9007199254740993n, 1n) });
  expect(encodeV1Json({ kind: 'tensors', tensors: [tensor!] }, 'instances').toString()).toBe('{"predictions":[[9007199254740993,1]]}');
});

test.each([
  ['{}', 'instances'],
  ['{"instances":[]}', 'empty'],
  ['{"instances":{"a":1}}', 'instances is an object'],
  ['{"instances":[[1]],"inputs":[[1]]}', 'either'],
  ['{"instances":[[NaN]]}', 'NaN at position 15'],
  ['{"instances":[[1e999]]}', 'instances, element 0'],
  ['{"instances":[{"x":[1]},{"y":[1]}]}', 'instances[1] has no "x"'],
  ['{"instances":[{"x":[1]},{"x":[1],"y":[1]}]}', 'instances[1] has "y"'],
  ['{"instances":[{"x":[1]},{"x":[1,2]}]}', 'instances[].x is no tensor'],
  ['{"instances":[{"b64":"?"}]}', 'instances[0].b64'],
  ['{"instances":[[1]],"signature_name":"other"}', '"other"'],
  ['[1]', 'the body is a list'],
])('%s is refused, saying %s', (text, word) => {
  expect(() => decode(text)).toThrow(InferenceError);
  expect(() => decode(text)).toThrow(word);
});

test('several outputs are an object a row, or lists by their names', () => {
  const outputs: Tensor[] = [
    { name: 'p', datatype: 'FP32', shape: [2, 2], data: Float32Array.of(0.5, 0.25, 1, 0) },
    { name: 'label', datatype: 'BYTES', shape: [2], data: [Buffer.from('a'), Buffer.from('b"')] },
    { name: 'sure', datatype: 'BOOL', shape: [2], data: Uint8Array.of(1, 0) },
  ];
  const payload = { kind: 'tensors', tensors: outputs } as const;
  const rows = [
    { p: [0.5, 0.25], label: 'a', sure: true },
    { p: [1, 0], label: 'b"', sure: false },
  ];
  expect(JSON.parse(encodeV1Json(payload, 'instances').toString())).toEqual({ predictions: rows });
  expect(JSON.parse(encodeV1Json(payload, 'inputs').toString())).toEqual({
    outputs: { p: [[0.5, 0.25], [1, 0]], label: ['a', 'b"'], sure: [true, false] }, // prettier-ignore
  });
  // A unit of a graph that is reached by Seldon's protocol gives them so.
  const json = { p: [[0.5, 0.25], [1, 0]], label: ['a', 'b"'], sure: [true, false] }; // prettier-ignore
  expect(JSON.parse(encodeV1Json({ kind: 'json', json }, 'instances').toString())).toEqual({ predictions: rows });
});

test('an answer that is no table is refused', () => {
  expect(() => encodeV1Json({ kind: 'text', text: 'a' }, 'instances')).toThrow('the answer is text');
});

test('status and metadata are those of KServe and of TensorFlow Serving', () => {
  expect(JSON.parse(v1StatusJson('m', true, ['3']).toString())).toEqual({
    name: 'm',
    ready: true,
    model_version_status: [{ version: '3', state: 'AVAILABLE', status: { error_code: 'OK', error_message: '' } }],
  });
  const spec = { name: 'x', datatype: 'FP32', shape: [-1, 4] } as const;
  const metadata = JSON.parse(v1MetadataJson({ name: 'm', versions: ['3'], platform: '', inputs: [spec], outputs: [] }).toString());
  expect(metadata.model_spec).toEqual({ name: 'm', signature_name: '', version: '3' });
  expect(metadata.metadata.signature_def.signature_def.serving_default.inputs.x).toEqual({
    name: 'x',
    dtype: 'DT_FLOAT',
    tensor_shape: { dim: [{ size: '-1', name: '' }, { size: '4', name: '' }], unknown_rank: false }, // prettier-ignore
  });
});
