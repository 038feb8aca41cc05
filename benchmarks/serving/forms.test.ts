import { expect, test } from 'vitest';
import { decodeOipJson, decodeOipProto, decodeSeldonJson, decodeV1Json } from '@switchyard/protocol';
import type { Digits } from './digits.ts';
import { accuracy } from './digits.ts';
import { oipBinary, oipGrpc, oipJson, seldonJson, v1Json } from './forms.ts';

const sent: Digits = { pixels: Float64Array.from({ length: 2 * 784 }, (_, index) => (index % 256) / 256), labels: [3, 0] };
const tensor = { shape: [2, 784], data: expect.objectContaining({ 5: 5 / 256, length: 2 * 784 }) };

test('each form asks for the same rows', () => {
  const head = Number(oipBinary.headers(2)['inference-header-content-length']);
  const payloads = [
    decodeSeldonJson(seldonJson.body(sent, 'm')).payload,
    decodeOipJson(oipJson.body(sent, 'm')).message.payload,
    decodeOipJson(oipBinary.body(sent, 'm'), head).message.payload,
    decodeOipProto(oipGrpc.body(sent, 'm')).message.payload,
  ];
  for (const payload of payloads) expect(payload).toMatchObject({ tensors: [tensor] });
  expect(decodeV1Json(v1Json.body(sent, 'm'))).toMatchObject({ payload: { tensors: [tensor] } });
});

const probabilities = Array.from({ length: 20 }, (_, at) => (at === 3 || at === 11 ? 0.55 : 0.05)); // a 3 and a 1

test('answers are read', () => {
  const rows = [probabilities.slice(0, 10), probabilities.slice(10)];
  expect(seldonJson.read(Buffer.from(JSON.stringify({ data: { ndarray: rows } })), 2)).toEqual(probabilities);
  expect(v1Json.read(Buffer.from(JSON.stringify({ predictions: rows })), 2)).toEqual(probabilities);
  const doubles = Buffer.concat([Buffer.from('{"datatype":"FP64"}'), Buffer.from(Float64Array.from(probabilities).buffer)]);
  expect(oipBinary.read(doubles, 2)).toEqual(probabilities);
  const floats = Buffer.concat([Buffer.from('FP32'), Buffer.from(Float32Array.from(probabilities).buffer)]);
  expect(oipGrpc.read(floats, 2)).toEqual(Array.from(Float32Array.from(probabilities)));
});

test('and held against the digits that were sent', () => {
  expect(accuracy([sent], [probabilities])).toBe(0.5);
  expect(() => accuracy([sent], [probabilities.slice(10)])).toThrow('1 rows were answered of 2');
  expect(() => accuracy([sent], [Array(20).fill(1)])).toThrow('no probabilities');
});
