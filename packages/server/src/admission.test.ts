import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { Client, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { encodeSeldonProto, seldonServices } from '@switchyard/protocol';
import { expect, test } from 'vitest';
import { closeAfter } from './fixtures/close-after.ts';
import { someRow, width } from './fixtures/linear.ts';
import { heldPredictor, linearPredictor, serveLocally } from './fixtures/serving.ts';
import type { Predictor } from './predictor.ts';
import type { RunningServer, ServeOptions } from './serve.ts';

async function start(predictor: Predictor, options: Partial<ServeOptions> = {}): Promise<RunningServer> {
  return closeAfter(await serveLocally(predictor, { drainMs: 0, ...options }));
}

const body = JSON.stringify({ data: { ndarray: [someRow] } });
const padded = (bytes: number): string => body + ' '.repeat(bytes - body.length);

/** A request whose body is for the caller to write. */
function begin(server: RunningServer, headers: Record<string, string | number> = {}) {
  const options = { port: server.httpPort, path: '/api/v1.0/predictions', method: 'POST' };
  const sent: ClientRequest = request({ host: '127.0.0.1', ...options, headers: { 'content-type': 'application/json', ...headers } });
  const answer = once(sent, 'response').then(async ([response]) => {
    const { statusCode, headers: got } = response as IncomingMessage;
    return { status: statusCode, headers: got, text: Buffer.concat(await (response as IncomingMessage).toArray()).toString() };
  });
  return { sent, answer };
}
function post(server: RunningServer, whole: string | Buffer = body, headers: Record<string, string | number> = {}) {
  const { sent, answer } = begin(server, headers);
  sent.end(whole);
  return answer;
}

function byGrpc(server: RunningServer, rows = 1): Promise<ServiceError | undefined> {
  const tensor = { name: '', datatype: 'FP64', shape: [rows, width], data: new Float64Array(rows * width) } as const;
  const message = encodeSeldonProto({ meta: {}, encoding: 'tensor', payload: { kind: 'tensors', tensors: [tensor] } });
  const client = new Client(`127.0.0.1:${server.grpcPort}`, credentials.createInsecure());
  closeAfter(client);
  const { path, requestSerialize, responseDeserialize } = seldonServices.Seldon.Predict;
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, message, new Metadata(), {}, (error) =>
      resolve(error ?? undefined),
    );
  });
}

test('bodies beyond what the server holds are refused by REST and gRPC, before they are sent where they say how long they are', async () => {
  const held = heldPredictor();
  const server = await start(held.predictor, { maxPendingBytes: 1000 });
  const first = post(server, padded(600));
  await held.arrived(1);

  const unsent = begin(server, { 'content-length': 500 });
  unsent.sent.flushHeaders();
  const refused = await unsent.answer;
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1']);
  expect(refused.text).toContain('the requests under way have 600 bytes; with 500 more this server would hold over 1000');
  unsent.sent.destroy();

  const streamed = begin(server, { 'transfer-encoding': 'chunked' });
  streamed.sent.end(padded(500));
  expect((await streamed.answer).status).toBe(429);
  expect((await post(server, gzipSync(padded(500)), { 'content-encoding': 'gzip' })).status).toBe(429);
  const error = await byGrpc(server, 20);
  expect(error).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  expect(error!.metadata.get('grpc-retry-pushback-ms')).toEqual(['1000']);

  const small = [post(server), byGrpc(server)]; // there is still room for these
  await held.arrived(3);
  held.release();
  expect((await first).status).toBe(200);
  expect(await Promise.all(small)).toMatchObject([{ status: 200 }, undefined]);
  expect((await post(server, padded(900))).status).toBe(200);
});

test('who is alone may send as much as a body may have', async () => {
  const server = await start(linearPredictor(), { maxPendingBytes: 100 });
  expect((await post(server, padded(5000))).status).toBe(200);
  expect(await byGrpc(server, 50)).toBeUndefined();
});

test('X-Request-Timeout ends a request that takes longer, and whoever works on it', async () => {
  const held = heldPredictor();
  const server = await start(held.predictor, { requestTimeoutMs: 60_000 });
  const late = await post(server, body, { 'x-request-timeout': '0.05' });
  expect([late.status, late.text]).toEqual([504, expect.stringContaining('no answer within 50 ms')]);
  expect(held.calls[0]?.signal.aborted).toBe(true);
  held.release();
  for (const given of ['30', '3e1', '1E+16']) expect((await post(server, body, { 'x-request-timeout': given })).status).toBe(200);
});

test('it is counted from when the request came, and what comes late is not kept', async () => {
  const server = await start(linearPredictor());
  const slow = begin(server, { 'transfer-encoding': 'chunked', 'x-request-timeout': '.05' });
  slow.sent.write('{');
  expect((await slow.answer).status).toBe(504);
  slow.sent.destroy();
});

test('the server’s own limit counts where it is sooner', async () => {
  const held = heldPredictor();
  const server = await start(held.predictor, { requestTimeoutMs: 20 });
  expect((await post(server, body, { 'x-request-timeout': '9' })).text).toContain('no answer within 20 ms');
  held.release();
});

test.each(['0', '-1', '5s', '', 'soon', '1e', '1, 2'])('X-Request-Timeout "%s" is refused by name', async (given) => {
  const server = await start(linearPredictor());
  const refused = await post(server, body, { 'x-request-timeout': given });
  expect([refused.status, refused.text]).toEqual([
    400,
    expect.stringContaining(`X-Request-Timeout \\"${given}\\" is not a number of seconds`),
  ]);
});
