import { expect, test } from 'vitest';
import { errorTable, InferenceError, type ErrorCode } from './error.ts';

test('every code comes back from its HTTP status', () => {
  for (const code of Object.keys(errorTable) as ErrorCode[])
    expect(InferenceError.codeOfHttp(new InferenceError(code, '').http)).toBe(code);
  expect([InferenceError.codeOfHttp(422), InferenceError.codeOfHttp(502)]).toEqual(['INVALID_ARGUMENT', 'INTERNAL']);
});

test('every gRPC status that is an error has a code with that status', () => {
  for (const { grpc } of Object.values(errorTable)) expect(errorTable[InferenceError.codeOfGrpc(grpc)].grpc).toBe(grpc);
  expect(InferenceError.codeOfGrpc(2)).toBe('INTERNAL');
});

test('what is thrown elsewhere is INTERNAL: its words are kept as the cause, and off the wire', () => {
  const cause = new Error('password 1234');
  const error = InferenceError.from(cause);
  expect([error.code, error.cause, error.message.includes('1234')]).toEqual(['INTERNAL', cause, false]);
  expect(InferenceError.from(error)).toBe(error);
});
