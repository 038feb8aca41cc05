import { InferenceError } from '@switchyard/protocol';
import { expect, test } from 'vitest';
import { outcomeOf } from './span-outcome.ts';

const bad = new InferenceError('INVALID_ARGUMENT', 'bad');
const inside = new InferenceError('INTERNAL', 'inside');
const unavailable = new InferenceError('UNAVAILABLE', 'away');
const passedOn = new InferenceError('INTERNAL', 'said so', { upstream: { status: 502, contentType: 'text/plain', body: Buffer.alloc(0) } });

test.each([
  ['server', undefined, { 'http.response.status_code': 200 }, undefined],
  ['server', bad, { 'http.response.status_code': 400 }, undefined],
  ['server', inside, { 'http.response.status_code': 500, 'error.type': '500' }, 'inside'],
  ['server', passedOn, { 'http.response.status_code': 502, 'error.type': '502' }, 'said so'],
  ['client', undefined, { 'http.response.status_code': 200 }, undefined],
  ['client', passedOn, { 'http.response.status_code': 502, 'error.type': '502' }, 'said so'],
  ['client', unavailable, { 'http.response.status_code': undefined, 'error.type': 'UNAVAILABLE' }, 'away'],
] as const)('HTTP, %s, %s', (kind, thrown, attributes, error) => {
  expect(outcomeOf(kind, 'http', thrown)).toEqual({ attributes, ...(error && { error }) });
});

test.each([
  ['server', undefined, { 'rpc.response.status_code': 'OK' }, undefined],
  ['server', bad, { 'rpc.response.status_code': 'INVALID_ARGUMENT' }, undefined],
  ['server', inside, { 'rpc.response.status_code': 'INTERNAL', 'error.type': 'INTERNAL' }, 'inside'],
  ['client', bad, { 'rpc.response.status_code': 'INVALID_ARGUMENT', 'error.type': 'INVALID_ARGUMENT' }, 'bad'],
] as const)('gRPC, %s, %s', (kind, thrown, attributes, error) => {
  expect(outcomeOf(kind, 'grpc', thrown)).toEqual({ attributes, ...(error && { error }) });
});

test('words are kept short', () => {
  expect(outcomeOf('server', 'http', new InferenceError('INTERNAL', 'x'.repeat(10_000))).error).toHaveLength(512);
});
