import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SeldonMessage, type SeldonMessage as Proto } from '../generated/messages.ts';
import vectors from '../../golden/vectors.json' with { type: 'json' };
import { content, meta } from '../test/arbitraries.ts';
import { bytes, message, plain, unwired } from '../test/plain.ts';
import { decodeSeldonJson, encodeSeldonJson } from './json.ts';
import { decodeSeldonProto, encodeSeldonProto } from './proto.ts';

const vector = (name: keyof typeof vectors): Buffer => Buffer.from(vectors[name], 'hex');
const made = (proto: Proto): Uint8Array => SeldonMessage.encode(proto).finish();

test('any message comes back as it was, through protobuf', () => {
  fc.assert(
    fc.property(meta, content, (meta, { encoding, payload }) => {
      const back = decodeSeldonProto(encodeSeldonProto({ meta, encoding, payload }));
      expect(plain(back.payload)).toEqual(plain(payload));
      expect(back.encoding).toBe(encoding);
      expect(back.meta).toEqual(meta);
    }),
  );
});

test('what came as JSON goes on as protobuf, and back, the same', () => {
  fc.assert(
    fc.property(meta, content, (meta, { encoding, payload }) => {
      const json = decodeSeldonJson(encodeSeldonJson({ meta, encoding, payload }));
      const proto = decodeSeldonProto(encodeSeldonProto(json));
      const back = decodeSeldonJson(encodeSeldonJson(proto));
      expect(plain(back.payload)).toEqual(plain(payload));
      expect([back.encoding, back.meta]).toEqual([json.encoding, json.meta]);
    }),
  );
});

describe("as Google's protobuf writes it", () => {
  test.each(['tensor_message', 'ndarray_message', 'mixed_ndarray', 'tftensor_message', 'json_message'] as const)(
    '%s is read, and written to the very bytes',
    (name) => {
      const decoded = decodeSeldonProto(vector(name));
      expect(encodeSeldonProto(unwired(decoded)).toString('hex')).toBe(vectors[name]);
    },
  );

  test('tensor', () => {
    const { meta, encoding, payload } = decodeSeldonProto(vector('tensor_message'));
    expect(meta).toEqual({
      puid: '5di94o3g2s2abo8o52ollelret',
      tags: { drift: 0.25 },
      routing: { 'ab-router': -1 },
      requestPath: { rf: 'switchyard/rf-runtime:0.1.0' },
      metrics: [{ key: 'latency', type: 'TIMER', value: 12.5, tags: { unit: 'rf' } }],
    });
    expect(encoding).toBe('tensor');
    const data = Float64Array.of(0.5, -1.25, 1e300, 0.1);
    expect(payload).toEqual({
      kind: 'tensors',
      tensors: [{ name: '', datatype: 'FP64', shape: [2, 2], data, columns: ['class:0', 'class:1'] }],
    });
  });

  test('ndarray, of numbers and mixed', () => {
    expect(decodeSeldonProto(vector('ndarray_message'))).toMatchObject({
      encoding: 'ndarray',
      payload: { tensors: [{ datatype: 'FP64', shape: [1, 2], data: Float64Array.of(1, 2.5) }] },
    });
    expect(decodeSeldonProto(vector('mixed_ndarray')).payload).toEqual({ kind: 'json', json: [[53, 'Federal']], columns: ['age', 'work'] });
  });

  test('tftensor, by its content and by a list that is filled up', () => {
    expect(decodeSeldonProto(vector('tftensor_message'))).toMatchObject({
      encoding: 'tftensor',
      payload: { tensors: [{ datatype: 'INT64', shape: [2], data: BigInt64Array.of(9007199254740993n, -1n) }] },
    });
    expect(decodeSeldonProto(vector('tftensor_list')).payload).toMatchObject({
      tensors: [{ datatype: 'FP32', data: Float32Array.of(0.5, 0.5, 0.5) }],
    });
  });

  test('jsonData', () => {
    expect(decodeSeldonProto(vector('json_message')).payload).toEqual({ kind: 'json', json: { answer: [1, 'two', null, true] } });
  });
});

test('numbers are right wherever they stand in memory', () => {
  const whole = vector('tensor_message');
  for (let offset = 0; offset < 8; offset++) {
    const moved = Buffer.concat([Buffer.alloc(offset), whole]).subarray(offset);
    expect(decodeSeldonProto(moved).payload).toMatchObject({ tensors: [{ data: Float64Array.of(0.5, -1.25, 1e300, 0.1) }] });
  }
});

test('numbers that are not packed are read as well', () => {
  const values = [1, 2].flatMap((value) => [0x11, ...Buffer.from(Float64Array.of(value).buffer)]);
  const tensor = [0x08, 0x01, 0x08, 0x02, ...values];
  const body = Uint8Array.of(0x1a, tensor.length + 2, 0x12, tensor.length, ...tensor);
  expect(decodeSeldonProto(body).payload).toMatchObject({ tensors: [{ shape: [1, 2], data: Float64Array.of(1, 2) }] });
});

test('of a oneof that is set twice the last counts; of the same one the parts are merged', () => {
  const text = made({ strData: 'a' });
  const names = made({ data: { names: ['a', 'b'] } });
  const numbers = made({ data: { tensor: { shape: [2], values: [1, 2] } } });
  expect(decodeSeldonProto(Buffer.concat([numbers, text])).payload).toEqual({ kind: 'text', text: 'a' });
  expect(decodeSeldonProto(Buffer.concat([text, names, numbers])).payload).toMatchObject({
    tensors: [{ shape: [2], columns: ['a', 'b'] }],
  });
  expect(decodeSeldonProto(Buffer.concat([names, text, numbers])).payload).not.toHaveProperty('tensors.0.columns');
});

test('data without any is an empty tensor, a message without data is empty', () => {
  expect(decodeSeldonProto(made({ data: {} })).payload).toMatchObject({ tensors: [{ shape: [0] }] });
  expect(decodeSeldonProto(new Uint8Array(0))).toMatchObject({ meta: {}, encoding: 'none', payload: { kind: 'empty' } });
});

test('numbers that are not finite have a place here', () => {
  const tensor = { name: 'y', datatype: 'FP64' as const, shape: [2], data: Float64Array.of(NaN, Infinity) };
  const back = decodeSeldonProto(encodeSeldonProto(message({ kind: 'tensors', tensors: [tensor] }, 'tensor')));
  expect(back.payload).toMatchObject({ tensors: [{ data: Float64Array.of(NaN, Infinity) }] });
});

test('an integer that no double holds is not changed without a word', () => {
  const tensor = { name: 'y', datatype: 'INT64' as const, shape: [1], data: BigInt64Array.of(9007199254740993n) };
  const answer = message({ kind: 'tensors', tensors: [tensor] }, 'tensor');
  expect(() => encodeSeldonProto(answer)).toThrow('9007199254740993, is beyond 2^53');
  expect(decodeSeldonProto(encodeSeldonProto({ ...answer, encoding: 'tftensor' })).payload).toMatchObject({
    tensors: [tensor].map(({ data }) => ({ data })),
  });
});

test.each([
  ['a field that is cut off', [0x1a, 0x05, 0x00]],
  ['a field of number 0', [0x02, 0x00]],
  ['a group', [0x1b]],
  ['a varint without an end', [0x08, ...Array.from({ length: 11 }, () => 0xff)]],
])('%s is refused, with its place', (_, body) => {
  const bytes = Uint8Array.from(body);
  expect(() => decodeSeldonProto(bytes).payload).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining('byte') }),
  );
});

test('what is wrong inside is refused by name', () => {
  expect(() => decodeSeldonProto(made({ customData: { type_url: 'x' } })).payload).toThrow('Invalid request data type: customData');
  expect(() => decodeSeldonProto(made({ data: { tensor: { shape: [3], values: [1, 2] } } })).payload).toThrow(
    'shape [3] holds 3 elements, but 2 were sent',
  );
  expect(() => decodeSeldonProto(Buffer.concat([bytes('\u0012\u0002'), Buffer.from([0x0a, 0x05])])).meta).toThrow(
    'not a valid seldon.protos.Meta',
  );
  expect(() => decodeSeldonProto(Uint8Array.of(0x2a, 0x01, 0xff)).payload).toThrow('strData is not UTF-8 text');
});
