import { decodeOipJson, encodeOipJson, type Tensor as ServerTensor } from '@switchyard/protocol';
import { describe, expect, test } from 'vitest';
import type { Reply } from './exchange.ts';
import type { AnyData, Datatype } from './tensors.ts';
import { decodeAnswer, type Encoding, encodeRequest } from './wire.ts';

const some: Record<Datatype, AnyData> = {
  BOOL: Uint8Array.of(1, 0),
  UINT8: Uint8Array.of(0, 255),
  UINT16: Uint16Array.of(0, 65535),
  UINT32: Uint32Array.of(0, 2 ** 32 - 1),
  UINT64: BigUint64Array.of(0n, 2n ** 64n - 1n),
  INT8: Int8Array.of(-128, 127),
  INT16: Int16Array.of(-32768, 32767),
  INT32: Int32Array.of(-(2 ** 31), 2 ** 31 - 1),
  INT64: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
  FP16: Float32Array.of(-0.5, 65504),
  BF16: Float32Array.of(-0.5, 3),
  FP32: Float32Array.of(-0.1, 3e38),
  FP64: Float64Array.of(-0.1, 1e300),
  BYTES: ['', 'Äpfel 🍏'],
};
const datatypes = Object.keys(some) as Datatype[];

/** What went, as the server's own codec reads it and would give it back. */
function thereAndBack(sent: readonly Datatype[], encoding: Encoding) {
  const specs = Object.fromEntries(sent.map((datatype) => [datatype, { datatype }]));
  const inputs = sent.map((datatype) => ({ name: datatype, datatype, shape: [2], data: some[datatype] }));
  const { headers, body } = encodeRequest('mine', inputs, specs, { encoding, parameters: { leaves: true } });
  const length = headers['inference-header-content-length'];
  const request = decodeOipJson(Buffer.from(body as string), length === undefined ? undefined : Number(length));
  const { payload } = request.message;
  if (payload.kind !== 'tensors') throw new Error(payload.kind);
  const answer = encodeOipJson({ modelName: 'm', modelVersion: '3', tensors: payload.tensors as ServerTensor[], request });
  const reply: Reply = { status: 200, headers: new Headers(answer.headers), bytes: new Uint8Array(answer.body) };
  return { headers, request, answer, reply };
}

describe.each(['binary', 'json'] as const)('as %s', (encoding) => {
  test('every datatype comes back as it went, through the codec of the server', () => {
    const { request, reply } = thereAndBack(datatypes, encoding);
    expect(request).toMatchObject({ id: 'mine', parameters: { leaves: true } });
    const { tensors, version } = decodeAnswer(reply, 'mine');
    expect(version).toBe('3');
    expect(tensors).toEqual(datatypes.map((datatype) => ({ name: datatype, datatype, shape: [2], data: some[datatype] })));
  });
});

test('JSON alone where all has a form in it, bytes where it has none', () => {
  const inJson = datatypes.filter((datatype) => !/16$|64$/.test(datatype) || /^U?INT16|FP64/.test(datatype));
  expect(thereAndBack(inJson, 'json').headers).toEqual({ 'content-type': 'application/json' });
  expect(thereAndBack(inJson, 'json').answer.headers).toEqual({ 'content-type': 'application/json' });
  expect(thereAndBack(inJson, 'binary').headers).toMatchObject({ 'content-type': 'application/octet-stream' });
});

test.each([
  ['is cut short', (bytes: Uint8Array) => bytes.subarray(0, -1), 'bytes of output "FP32" are wanted, and 7 are left'],
  ['is no JSON', () => new TextEncoder().encode('<html>'), 'cannot be read'],
  ['has no outputs', () => new TextEncoder().encode('{}'), 'cannot be read'],
  [
    'holds too little',
    () => new TextEncoder().encode('{"outputs":[{"name":"a","datatype":"FP32","shape":[2],"data":[1]}]}'),
    'has 1 elements',
  ],
])('an answer that %s is an error', (_, spoil, words) => {
  const { reply } = thereAndBack(['FP32'], 'binary');
  const bytes = spoil(reply.bytes);
  const headers = bytes.length < 60 ? new Headers() : reply.headers;
  const wrong = { ...reply, bytes, headers: words.includes('elements') ? new Headers() : headers };
  expect(() => decodeAnswer(wrong, 'mine')).toThrow(
    expect.objectContaining({ code: 'BAD_ANSWER', message: expect.stringContaining(words) }),
  );
});

test('the way through a graph is read, and nonsense in its place is an error', () => {
  const { reply } = thereAndBack(['FP32'], 'binary');
  const along = (routing: string): Reply => {
    const headers = new Headers(reply.headers);
    headers.set('seldon-routing', routing);
    return { ...reply, headers };
  };
  expect(decodeAnswer(reply, 'mine')).not.toHaveProperty('routing');
  expect(decodeAnswer(along('{"ab":1,"\\u00e4":-1}'), 'mine').routing).toEqual({ ab: 1, ä: -1 });
  expect(() => decodeAnswer(along('ab=1'), 'mine')).toThrow(expect.objectContaining({ code: 'BAD_ANSWER' }));
});
