import { Agent, request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Client, credentials, status, type ServiceError } from '@grpc/grpc-js';
import { encodeSeldonProto, seldonServices } from '@switchyard/protocol';
import { describe, expect, test } from 'vitest';
import { closeAfter } from './fixtures/close-after.ts';
import { someRow, width } from './fixtures/linear.ts';
import { aborted, heldPredictor, linearPredictor, serveLocally } from './fixtures/serving.ts';
import type { RunningServer, ServeOptions } from './serve.ts';
import type { Predictor } from './predictor.ts';

async function start(predictor: Predictor, options: Partial<ServeOptions> = {}): Promise<RunningServer> {
  return closeAfter(await serveLocally(predictor, { drainMs: 2000, ...options }));
}

const body = JSON.stringify({ data: { ndarray: [someRow] } });
const post = (server: RunningServer, path = '/api/v1.0/predictions', init: RequestInit = {}) =>
  fetch(`http://127.0.0.1:${server.httpPort}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body, ...init });
const get = (server: RunningServer, path: string) => fetch(`http://127.0.0.1:${server.httpPort}${path}`);

const message = encodeSeldonProto({
  meta: {},
  encoding: 'tensor',
  payload: { kind: 'tensors', tensors: [{ name: '', datatype: 'FP64', shape: [1, width], data: Float64Array.from(someRow) }] },
});
function callGrpc(server: RunningServer, deadline = Date.now() + 60_000): Promise<ServiceError | undefined> {
  const client = new Client(`127.0.0.1:${server.grpcPort}`, credentials.createInsecure());
  closeAfter(client);
  const { path, requestSerialize, responseDeserialize } = seldonServices.Seldon.Predict;
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, message, { deadline }, (error) => resolve(error ?? undefined));
  });
}

describe('overload', () => {
  test('beyond the limit REST and gRPC refuse at once, and say when to come back', async () => {
    const held = heldPredictor();
    const server = await start(held.predictor, { maxConcurrent: 2 });
    const running = [post(server), post(server)];
    await held.arrived(2);
    const refused = await post(server);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ status: { reason: 'RESOURCE_EXHAUSTED' } });
    expect(await callGrpc(server)).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    expect((await get(server, '/ready')).status).toBe(200); // who looks after the server still gets through
    held.release();
    for (const response of await Promise.all(running)) expect(response.status).toBe(200);
    expect((await post(server)).status).toBe(200);
  });

  test('a body that turns out too large is refused, though it did not say so', async () => {
    const server = await start(linearPredictor(), { maxBodyBytes: 1000 });
    const chunks = ReadableStream.from(Array.from({ length: 100 }, () => Buffer.alloc(1000, 0x20)));
    const response = await post(server, '/api/v1.0/predictions', { body: chunks, duplex: 'half' } as RequestInit);
    expect(response.status).toBe(413);
    expect((await post(server)).status).toBe(200);
  });
});

describe('time', () => {
  test('a request that takes too long gets 504, and its signal is aborted', async () => {
    const held = heldPredictor();
    const server = await start(held.predictor, { requestTimeoutMs: 20 });
    const response = await post(server);
    expect(response.status).toBe(504);
    expect(held.calls[0]?.signal.aborted).toBe(true);
    held.release();
  });

  test('a gRPC client’s own deadline aborts its call', async () => {
    const held = heldPredictor();
    const server = await start(held.predictor);
    expect(await callGrpc(server, Date.now() + 300)).toMatchObject({ code: status.DEADLINE_EXCEEDED });
    await aborted(held.calls[0]!.signal);
    held.release();
  });

  test('a client that goes aborts its call', async () => {
    const held = heldPredictor();
    const server = await start(held.predictor);
    const controller = new AbortController();
    const response = post(server, '/predict', { signal: controller.signal });
    await held.arrived(1);
    controller.abort();
    await expect(response).rejects.toThrow();
    await aborted(held.calls[0]!.signal);
    held.release();
  });
});

describe('drain', () => {
  test('requests under way by REST and gRPC are answered; it is not ready at once; close waits for both', async () => {
    const held = heldPredictor();
    const server = await start(held.predictor);
    const running = [post(server), post(server)];
    const call = callGrpc(server);
    await held.arrived(3);
    let closed = false;
    const closing = server.close().then(() => (closed = true));
    expect(await server.ready()).toEqual({ reason: 'draining' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(false);
    held.release();
    for (const response of await Promise.all(running)) {
      expect(response.status).toBe(200);
      expect(response.headers.get('connection')).toBe('close');
    }
    expect(await call).toBeUndefined();
    await closing;
  });

  test('a client that keeps its connection and asks between two answers is told to close, not cut off', async () => {
    const server = await start(linearPredictor());
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = () =>
      new Promise<IncomingMessage>((resolve, reject) => {
        const options = { port: server.httpPort, path: '/api/v1.0/predictions', method: 'POST', agent };
        const sent = request({ host: '127.0.0.1', ...options, headers: { 'content-type': 'application/json' } }, resolve);
        sent.on('error', reject).end(body);
      });
    const drained = async (answer: IncomingMessage) => ({ status: answer.statusCode, left: (await answer.toArray()).length > 0 });
    expect(await drained(await ask())).toEqual({ status: 200, left: true });
    const closing = server.close();
    await new Promise((resolve) => setTimeout(resolve, 50)); // the connection is idle, and the server on its way out
    const late = await ask();
    expect(late.statusCode).toBe(200);
    expect(late.headers.connection).toBe('close');
    late.resume();
    await closing;
    agent.destroy();
  });

  test('a process that gets no processor for as long as clients have to leave answers what they sent meanwhile', async () => {
    const server = await start(linearPredictor());
    const client = new Worker(
      `const { Agent, request } = require('node:http');
       const { parentPort, workerData } = require('node:worker_threads');
       const agent = new Agent({ keepAlive: true });
       const send = () => new Promise((done) => request({ ...workerData, agent, method: 'POST', headers: { 'content-type': 'application/json' } },
         (response) => response.resume().on('end', () => done(response.statusCode))).on('error', (error) => done(error.message)).end(workerData.body));
       send().then((first) => parentPort.postMessage(first));
       parentPort.once('message', () => setTimeout(() => send().then((second) => parentPort.postMessage(second)), 300));`,
      { eval: true, workerData: { port: server.httpPort, path: '/api/v1.0/predictions', body } },
    );
    closeAfter({ close: () => client.terminate() });
    const told = (): Promise<unknown> => once(client, 'message').then(([each]) => each as unknown);
    expect(await told()).toBe(200);
    const second = told();
    client.postMessage('again', []);
    const closed = server.close();
    await new Promise(setImmediate);
    for (const end = performance.now() + 2500; performance.now() < end;); // nothing else runs
    expect(await second).toBe(200);
    await closed;
  });

  test('a request that outlasts the drain is cut off', async () => {
    const held = heldPredictor();
    const server = await start(held.predictor, { drainMs: 20 });
    const running = post(server);
    await held.arrived(1);
    await server.close();
    await expect(running).rejects.toThrow();
    held.release();
  });
});

test('prefixes of the gateway are taken off', async () => {
  const server = await start(linearPredictor(), { prefixes: ['/seldon/mnist', '/seldon/default/mnist'] });
  expect((await post(server, '/seldon/mnist/api/v0.1/predictions')).status).toBe(200);
  expect((await post(server, '/seldon/default/mnist/api/v1.0/predictions')).status).toBe(200);
  expect((await post(server, '/seldon/other/api/v1.0/predictions')).status).toBe(404);
});

test('a router does not answer the internal API of a unit', async () => {
  const server = await start(linearPredictor(), { kind: 'router' });
  expect((await post(server, '/predict')).status).toBe(404);
  expect((await get(server, '/send-feedback')).status).toBe(404);
  expect((await post(server)).status).toBe(200);
});

test('a predictor that is not ready says why, by every protocol', async () => {
  const notReady: Predictor = { ...linearPredictor(), ready: async () => ({ reason: 'weights are missing' }) };
  const server = await start(notReady);
  for (const path of ['/ready', '/health/status', '/v2/health/ready', '/v2/models/lines/ready']) {
    const response = await get(server, path);
    expect({ path, status: response.status }).toEqual({ path, status: 503 });
    expect(await response.text()).toContain('weights are missing');
  }
});

test('what goes wrong inside is not told to the client', async () => {
  const broken: Predictor = {
    ...linearPredictor(),
    predict: () => Promise.reject(new Error('the password is 1234')),
  };
  const response = await post(await start(broken));
  expect(response.status).toBe(500);
  const text = await response.text();
  expect(text).not.toContain('1234');
  expect(JSON.parse(text)).toMatchObject({ status: { reason: 'MICROSERVICE_INTERNAL_ERROR' } });
});

test('a port that is taken is named', async () => {
  const server = await start(linearPredictor());
  await expect(serveLocally(linearPredictor(), { httpPort: server.httpPort })).rejects.toThrow(
    `HTTP cannot listen on 127.0.0.1:${server.httpPort}`,
  );
  await expect(serveLocally(linearPredictor(), { grpcPort: server.grpcPort })).rejects.toThrow(
    `gRPC cannot listen on 127.0.0.1:${server.grpcPort}`,
  );
});
