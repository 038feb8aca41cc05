import { expect, test } from 'vitest';
import vectors from '../../golden/vectors.json' with { type: 'json' };
import { SeldonGraphMetadata, SeldonModelMetadata, SeldonModelMetadataRequest } from '../generated/messages.ts';
import type { GraphMetadata, ModelMetadata } from '../call.ts';
import { bytes } from '../test/plain.ts';
import {
  decodeSeldonModelMetadata,
  decodeSeldonModelMetadataJson,
  decodeSeldonModelMetadataRequest,
  encodeSeldonGraphMetadata,
  encodeSeldonModelMetadata,
  seldonGraphMetadataJson,
  seldonModelMetadataJson,
} from './metadata.ts';
import { jsonOfValue } from './proto-value.ts';

const x = { name: 'x', datatype: 'FP32' as const, shape: [-1, 784], range: { min: 0, max: 255 } };
const model: ModelMetadata = {
  name: 'mnist',
  versions: ['2'],
  platform: 'forest',
  inputs: [x],
  outputs: [],
  custom: { 'range.x': '0..255' },
};
const graph: GraphMetadata = { name: 'ab-test', models: { rf: model }, inputs: [x], outputs: [] };
const read = { ...model, inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 784] }] };

test("a model's metadata comes back in JSON and in protobuf, its tensors without what the protocol has no place for", () => {
  expect(decodeSeldonModelMetadataJson(seldonModelMetadataJson(model))).toEqual(read);
  expect(decodeSeldonModelMetadata(encodeSeldonModelMetadata(model))).toEqual(read);
});

test("it is written as Google's protobuf writes it", () => {
  expect(encodeSeldonModelMetadata(model).toString('hex')).toBe(vectors.model_metadata);
});

test("a graph's metadata has its units, and what enters and leaves it", () => {
  expect(JSON.parse(seldonGraphMetadataJson(graph).toString())).toEqual({
    name: 'ab-test',
    models: { rf: read },
    graphinputs: read.inputs,
    graphoutputs: [],
  });
  const proto = SeldonGraphMetadata.decode(encodeSeldonGraphMetadata(graph));
  expect(proto).toMatchObject({ name: 'ab-test', models: { rf: { name: 'mnist', platform: 'forest' } }, inputs: [{ name: 'x' }] });
});

test('what its deployer says of a model takes the place of its own, in JSON and in protobuf', () => {
  const described = {
    name: 'digits',
    versions: ['v7'],
    inputs: [{ messagetype: 'tensor', schema: { names: ['a', 'b'], shape: [2] } }],
    custom: { author: 'us' },
  };
  const told = { ...read, ...described, custom: { 'range.x': '0..255', author: 'us' } };
  expect(JSON.parse(seldonModelMetadataJson({ ...model, described }).toString())).toEqual(told);
  const [input] = SeldonModelMetadata.decode(encodeSeldonModelMetadata({ ...model, described })).inputs ?? [];
  expect(input?.messagetype).toBe('tensor');
  expect(jsonOfValue(input!.schema!)).toEqual(described.inputs[0]!.schema);
  expect(decodeSeldonModelMetadata(encodeSeldonModelMetadata({ ...model, described }))).toEqual({ ...told, inputs: [] });
});

test('inputs that are described by a schema of their own are left out', () => {
  const body = bytes(
    '{"name":"m","versions":[1],"inputs":[{"messagetype":"tensor","schema":{"names":["a"]}},{"name":"x","datatype":"INT8","shape":[1]}]}',
  );
  expect(decodeSeldonModelMetadataJson(body)).toEqual({
    name: 'm',
    versions: ['1'],
    platform: '',
    inputs: [{ name: 'x', datatype: 'INT8', shape: [1] }],
    outputs: [],
  });
});

test('what is no metadata is refused by name', () => {
  expect(() => decodeSeldonModelMetadataJson(bytes('{"inputs":{}}'))).toThrow('inputs is an object, not a list');
  expect(() => decodeSeldonModelMetadataJson(bytes('{"inputs":[{"name":"x","datatype":"INT8","shape":["a"]}]}'))).toThrow(
    'inputs[0].shape[0] is "a"',
  );
});

test('a request names its unit', () => {
  expect(decodeSeldonModelMetadataRequest(SeldonModelMetadataRequest.encode({ name: 'rf' }).finish())).toEqual({ name: 'rf' });
  expect(decodeSeldonModelMetadataRequest(new Uint8Array(0))).toEqual({ name: '' });
});
