import { expect, test } from 'vitest';
import {
  RepositoryIndexRequest,
  RepositoryIndexResponse,
  RepositoryModelLoadRequest,
  RepositoryModelUnloadRequest,
} from '../generated/messages.ts';
import {
  decodeRepositoryIndexRequest,
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
