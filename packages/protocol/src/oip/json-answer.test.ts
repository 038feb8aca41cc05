import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyTensor } from '../test/arbitraries.ts';
import { bytes, plainTensor } from '../test/plain.ts';
import type { Tensor } from '../tensor.ts';
import { tensorOfBytes } from './binary.ts';
import { encodeOipJson } from './json-answer.ts';
import { decodeOipJson } from './json.ts';
import type { OipAnswer, OipRequest } from './request.ts';

const y: Tensor = { name: 'y', datatype: 'FP32', shape: [1, 2], data: Float32Array.of(0.25, 0.75) };
const z: Tensor = { name: 'z', datatype: 'INT64', shape: [1], data: BigInt64Array.of(9007199254740993n) };
const request = (text = '{"inputs":[]}'): OipRequest => decodeOipJson(bytes(text));
const answer = (tensors: readonly Tensor[], text?: string): OipAnswer => ({ modelName: 'mnist', tensors, request: request(text) });

type Written = { outputs: { name: string; datatype: Tensor['datatype']; shape: number[]; parameters: { binary_data_size: number } }[] };

test('an answer in JSON has its model, version, id and flat data', () => {
  const { headers, body } = encodeOipJson({ ...answer([y, z], '{"id":"7","inputs":[]}'), modelVersion: '2' });
  expect(headers).toEqual({ 'content-type': 'application/json' });
  expect(body.toString()).toBe(
    '{"model_name":"mnist","model_version":"2","id":"7","outputs":[{"name":"y","datatype":"FP32","shape":[1,2],"data":[0.25,0.75]},' +
      '{"name":"z","datatype":"INT64","shape":[1],"data":[9007199254740993]}]}',
  );
});

test('what is not known is left out; an id of the answer goes before that of the request', () => {
  expect(encodeOipJson(answer([])).body.toString()).toBe('{"model_name":"mnist","outputs":[]}');
  expect(encodeOipJson({ ...answer([], '{"id":"7","inputs":[]}'), id: '8' }).body.toString()).toContain('"id":"8"');
});

test('tensors of every datatype are answered as raw bytes, where a client finds them', () => {
  fc.assert(
    fc.property(fc.array(anyTensor, { maxLength: 4 }), (tensors) => {
      const { headers, body } = encodeOipJson(answer(tensors, '{"inputs":[],"parameters":{"binary_data_output":true}}'));
      if (tensors.length === 0) return;
      expect(headers['content-type']).toBe('application/octet-stream');
      let at = Number(headers['inference-header-content-length']);
      const { outputs } = JSON.parse(body.toString('utf8', 0, at)) as Written;
      const read = outputs.map(({ name, datatype, shape, parameters }) => {
        at += parameters.binary_data_size;
        return tensorOfBytes(name, datatype, shape, body.subarray(at - parameters.binary_data_size, at));
      });
      expect(read.map(plainTensor)).toEqual(tensors.map(plainTensor));
      expect(at).toBe(body.length);
    }),
  );
});

describe('outputs', () => {
  const ask = (outputs: string) =>
    encodeOipJson(answer([y, z], `{"inputs":[],"parameters":{"binary_data_output":true},"outputs":[${outputs}]}`));

  test('are those that were asked for, in their order, each binary or not', () => {
    const { headers, body } = ask('{"name":"z","parameters":{"binary_data":false}},{"name":"y"}');
    const json = body.toString('utf8', 0, Number(headers['inference-header-content-length']));
    expect(JSON.parse(json)).toMatchObject({ outputs: [{ name: 'z' }, { name: 'y', parameters: { binary_data_size: 8 } }] });
    expect(json).toContain('"data":[9007199254740993]');
    expect([...body.subarray(-8)]).toEqual([...new Uint8Array(Float32Array.of(0.25, 0.75).buffer)]);
  });

  test('that do not exist are refused, with those that do', () => {
    expect(() => ask('{"name":"w"}')).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: 'there is no output "w"; this model has "y", "z"' }),
    );
  });
});

test('booleans and texts are written as JSON has them', () => {
  const flags: Tensor = { name: 'f', datatype: 'BOOL', shape: [2], data: Uint8Array.of(1, 0) };
  const texts: Tensor = { name: 't', datatype: 'BYTES', shape: [1], data: [bytes('é"')] };
  expect(JSON.parse(encodeOipJson(answer([flags, texts])).body.toString())).toMatchObject({
    outputs: [{ data: [true, false] }, { data: ['é"'] }],
  });
});

test('what JSON has no form for is refused, and said to be had as bytes', () => {
  const half: Tensor = { name: 'h', datatype: 'FP16', shape: [1], data: Uint16Array.of(0x3c00) };
  expect(() => encodeOipJson(answer([half]))).toThrow('output "h" is FP16, which has no JSON form; ask for it with binary_data');
  const bad = { ...y, data: Float32Array.of(0.25, Infinity) };
  expect(() => encodeOipJson(answer([bad]))).toThrow(
    expect.objectContaining({ code: 'INTERNAL', message: expect.stringContaining('element 1 is Infinity') }),
  );
  expect(encodeOipJson(answer([bad], '{"inputs":[],"parameters":{"binary_data_output":true}}')).body.length).toBeGreaterThan(8);
});
