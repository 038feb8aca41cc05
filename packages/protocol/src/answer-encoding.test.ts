import { expect, test } from 'vitest';
import { answerEncoding } from './answer-encoding.ts';
import type { Encoding, Payload } from './call.ts';

const numbers: Payload = { kind: 'tensors', tensors: [{ name: 'y', datatype: 'FP32', shape: [1], data: Float32Array.of(1) }] };
const texts: Payload = { kind: 'tensors', tensors: [{ name: 'y', datatype: 'BYTES', shape: [1], data: [Buffer.from('a')] }] };

test.each<[Encoding, Payload, Encoding]>([
  ['tensor', numbers, 'tensor'],
  ['ndarray', numbers, 'ndarray'],
  ['tftensor', numbers, 'tftensor'],
  ['none', numbers, 'tensor'],
  ['oip', numbers, 'oip'],
  ['tensor', texts, 'ndarray'],
  ['tftensor', texts, 'ndarray'],
  ['none', texts, 'ndarray'],
  ['oip', texts, 'oip'],
  ['ndarray', { kind: 'json', json: {} }, 'none'],
  ['tensor', { kind: 'text', text: 'a' }, 'none'],
])('a request written as %s and an answer of %j make %s', (request, payload, encoding) => {
  expect(answerEncoding(request, payload)).toBe(encoding);
});
