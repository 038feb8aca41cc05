import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { encodeSeldonProto, oipService, seldonServices } from '@switchyard/protocol';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { linearPredictor, serveLocally } from '../fixtures/serving.ts';
import { someRow, width } from '../fixtures/linear.ts';
import { silentLogger } from '../log.ts';
import { createGate, openGate, type CredentialFiles } from './gate.ts';

const folder = mkdtempSync(join(tmpdir(), 'gate-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const clients = file('clients', 'client\nann:secret');
const judges = file('judges', 'judge');
const operators = file('operators', 'operator');
const basic = `Basic ${Buffer.from('ann:secret').toString('base64')}`;

async function start(files: CredentialFiles) {
  const repository = { index: async () => [], load: async () => {}, unload: async () => {} };
  const server = await serveLocally(linearPredictor(), { authorize: createGate(files, silentLogger), repository });
  const client = new Client(`127.0.0.1:${server.grpcPort}`, credentials.createInsecure());
  const ask = async (path: string, authorization?: string, body: object | undefined = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${server.httpPort}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
      body: JSON.stringify(body),
    });
  const call = ({ path }: { path: string }, message: Uint8Array, authorization?: string): Promise<number> => {
    const metadata = new Metadata();
    if (authorization) metadata.set('authorization', authorization);
    const bytes = (given: Uint8Array): Buffer => Buffer.from(given);
    return new Promise((resolve) =>
      client.makeUnaryRequest(path, bytes, bytes, message, metadata, (error: ServiceError | null) => resolve(error?.code ?? status.OK)),
    );
  };
  const close = async (): Promise<void> => {
    client.close();
    await server.close();
  };
  return { server, ask, call, close };
}

const predictions = '/api/v1.0/predictions';
const feedback = '/api/v1.0/feedback';
const row = { data: { ndarray: [someRow] } };
const reward = { reward: 1 };
const load = '/v2/repository/models/linear/load';
const message = encodeSeldonProto({
  meta: {},
  encoding: 'tensor',
  payload: { kind: 'tensors', tensors: [{ name: '', datatype: 'FP64', shape: [1, width], data: Float64Array.from(someRow) }] },
});

describe('a server with credentials for each area', async () => {
  const { server, ask, call, close } = await start({ predict: clients, feedback: judges, admin: operators });
  afterAll(close);

  test.each([
    [predictions, row, 'Bearer client', 200],
    [predictions, row, basic, 200],
    [predictions, row, undefined, 401],
    [predictions, row, 'Bearer nobody', 401],
    [predictions, row, 'Bearer judge', 403],
    [feedback, reward, 'Bearer judge', 200],
    [feedback, reward, 'Bearer client', 403],
    [feedback, reward, undefined, 401],
    ['/v2/models/linear/infer', {}, undefined, 401],
    ['/v1/models/linear:predict', {}, undefined, 401],
    ['/invocations', {}, undefined, 401],
    [load, {}, 'Bearer operator', 200],
    [load, {}, 'Bearer client', 403],
    ['/v2/repository/index', {}, undefined, 401],
    ['/pause', {}, undefined, 401],
    ['/unpause', {}, 'Bearer operator', 200],
  ])('REST: %s of %j with %s is %d', async (path, body, authorization, expected) => {
    const response = await ask(path, authorization, body);
    expect(response.status).toBe(expected);
    expect(response.headers.get('www-authenticate')).toBe(expected === 401 ? 'Bearer, Basic realm="switchyard"' : null);
  });

  test('an error is in the words of the protocol, and says nothing of secrets', async () => {
    expect(await (await ask(predictions, undefined, row)).json()).toMatchObject({
      status: { reason: 'UNAUTHENTICATED', info: 'predict: the request has no Authorization' },
    });
    expect(await (await ask('/v2/models/linear/infer', 'Bearer wrong')).json()).toEqual({ error: 'predict: nobody has these credentials' });
  });

  test.each(['/live', '/ready', '/metadata', '/metrics', '/v2', '/v2/health/ready', '/health/status'])('%s is open', async (path) => {
    expect((await fetch(`http://127.0.0.1:${server.httpPort}${path}`)).status).toBe(200);
  });

  test('gRPC', async () => {
    const { Predict, SendFeedback, ModelMetadata } = seldonServices.Seldon;
    expect(await call(Predict, message, 'Bearer client')).toBe(status.OK);
    expect(await call(Predict, message)).toBe(status.UNAUTHENTICATED);
    expect(await call(Predict, message, 'Bearer judge')).toBe(status.PERMISSION_DENIED);
    expect(await call(SendFeedback, new Uint8Array())).toBe(status.UNAUTHENTICATED);
    expect(await call(SendFeedback, new Uint8Array(), 'Bearer judge')).toBe(status.OK);
    expect(await call(ModelMetadata, new Uint8Array())).toBe(status.OK);
    expect(await call(oipService.ServerReady, new Uint8Array())).toBe(status.OK);
    expect(await call(oipService.ModelInfer, new Uint8Array())).toBe(status.UNAUTHENTICATED);
    expect(await call(oipService.RepositoryIndex, new Uint8Array(), 'Bearer client')).toBe(status.PERMISSION_DENIED);
    expect(await call(oipService.RepositoryIndex, new Uint8Array(), 'Bearer operator')).toBe(status.OK);
  });
});

test('credentials of predictions are asked for by feedback and administration, which have none of their own', async () => {
  const { ask, close } = await start({ predict: clients });
  for (const [path, body] of [
    [predictions, row],
    [feedback, reward],
    [load, {}],
  ] as const) {
    expect((await ask(path, undefined, body)).status).toBe(401);
    expect((await ask(path, 'Bearer client', body)).status).toBe(200);
  }
  await close();
});

test('without files all is open', () => expect(createGate({}, silentLogger)).toBe(openGate));

test('files are read again as they change; one that is damaged changes nothing', () => {
  vi.useFakeTimers();
  try {
    const path = file('turning', 'old');
    const gate = createGate({ predict: path }, silentLogger);
    const lets = (token: string): boolean => {
      try {
        gate('predict', `Bearer ${token}`);
        return true;
      } catch {
        return false;
      }
    };
    expect([lets('old'), lets('new')]).toEqual([true, false]);
    file('turning', 'new');
    vi.advanceTimersByTime(5000);
    expect([lets('old'), lets('new')]).toEqual([false, true]);
    file('turning', '');
    vi.advanceTimersByTime(5000);
    expect(lets('new')).toBe(true);
    rmSync(path);
    vi.advanceTimersByTime(5000);
    expect(lets('new')).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});

test('a file that is not there is named', () => {
  expect(() => createGate({ predict: '/nowhere/at/all' }, silentLogger)).toThrow(
    'the credentials in /nowhere/at/all cannot be read: ENOENT',
  );
});
