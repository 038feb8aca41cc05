import { expect, test } from 'vitest';
import {
  RepositoryIndexRequest,
  RepositoryIndexResponse,
  RepositoryModelLoadRequest,
  RepositoryModelUnloadRequest,
} from '../generated/messages.ts';
import {
  decodeRepositoryIndexRequest,
  decodeRepositoryLoadJson,
  decodeRepositoryModelRequest,
  encodeRepositoryIndex,
  encodeRepositoryModelLoaded,
  encodeRepositoryModelUnloaded,
} from './repository.ts';

test('the index lists each model with its state, and why it is so', () => {
  const models = [
    { name: 'mnist', version: '2', state: 'READY' },
    { name: 'iris', state: 'UNAVAILABLE', reason: 'digest of model.json' },
  ];
  expect(RepositoryIndexResponse.decode(encodeRepositoryIndex(models)).models).toMatchObject(models);
});

test('requests say which models, and which model', () => {
  expect(decodeRepositoryIndexRequest(new Uint8Array(0))).toEqual({ ready: false });
  expect(decodeRepositoryIndexRequest(RepositoryIndexRequest.encode({ ready: true }).finish())).toEqual({ ready: true });
  const model = { repository_name: 'r', model_name: 'mnist' };
  expect(decodeRepositoryModelRequest(RepositoryModelLoadRequest.encode(model).finish())).toEqual({ name: 'mnist' });
  expect(decodeRepositoryModelRequest(RepositoryModelUnloadRequest.encode(model).finish())).toEqual({ name: 'mnist' });
});

test('what was done is answered by an empty message', () => {
  expect([encodeRepositoryModelLoaded().length, encodeRepositoryModelUnloaded().length]).toEqual([0, 0]);
});

test.each([
  ['', {}],
  [' \n', {}],
  ['{}', {}],
  ['{"parameters":null}', {}],
  ['{"parameters":{"config":"{}"}}', {}],
  ['{"parameters":{"version":"3"}}', { version: '3' }],
  ['{"parameters":{"version":3}}', { version: '3' }],
])('the body %j of a load asks for %j', (body, asked) => expect(decodeRepositoryLoadJson(Buffer.from(body))).toEqual(asked));

test.each([
  ['{"parameters":', /the body/],
  ['null', /the body is null, not an object/],
  ['[]', /the body is a list, not an object/],
  ['{"parameters":[null]}', /parameters is a list, not an object/],
  ['{"parameters":{"version":1.5}}', /parameters.version is 1.5, not a string or a whole number/],
  ['{"parameters":{"version":{}}}', /parameters.version is an object/],
])('the body %j of a load is refused, rather than what is served now loaded', (body, words) =>
  expect(() => decodeRepositoryLoadJson(Buffer.from(body))).toThrow(words),
);
