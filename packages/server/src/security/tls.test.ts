import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request, type RequestOptions } from 'node:https';
import { connect } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, credentials, status, type ChannelCredentials, type ServiceError } from '@grpc/grpc-js';
import { authority } from '@switchyard/conformance';
import { oipService } from '@switchyard/protocol';
import { afterAll, describe, expect, test } from 'vitest';
import { closeAfter } from '../fixtures/close-after.ts';
import { linearPredictor, serveLocally } from '../fixtures/serving.ts';
import { silentLogger } from '../log.ts';
import { openTls, type TlsFiles } from './tls.ts';

const made = authority();
const ca = readFileSync(made.ca);
const server = made.issue('server');
const clientFiles = made.issue('client');
const client = { cert: readFileSync(clientFiles.cert), key: readFileSync(clientFiles.key) };
const stranger = authority();
const strangerFiles = stranger.issue('client');
const strangers = { cert: readFileSync(strangerFiles.cert), key: readFileSync(strangerFiles.key) };
afterAll(() => [made, stranger].forEach(({ folder }) => rmSync(folder, { recursive: true })));

async function start(more: Partial<TlsFiles> = {}) {
  const running = await serveLocally(linearPredictor(), {
    tls: openTls({ ...server, ...more }, silentLogger, 20),
    probePort: 0,
    drainMs: 500,
  });
  return closeAfter(running);
}

function get(port: number, options: RequestOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/ready', agent: false, ca, ...options }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', reject)
      .end();
  });
}

function call(port: number, channel: ChannelCredentials): Promise<number> {
  const client = new Client(`127.0.0.1:${port}`, channel);
  const bytes = (given: Uint8Array): Buffer => Buffer.from(given);
  return new Promise<number>((resolve) =>
    client.makeUnaryRequest(
      oipService.ServerLive.path,
      bytes,
      bytes,
      new Uint8Array(),
      { deadline: Date.now() + 60_000 },
      (error: ServiceError | null) => resolve(error?.code ?? status.OK),
    ),
  ).finally(() => client.close());
}

/** The number of the certificate that is shown. */
function shown(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    }).on('error', reject);
  });
}

describe('with a certificate', () => {
  test('REST and gRPC take TLS, and nothing else; probes have a port without', async () => {
    const { httpPort, grpcPort, probePort } = await start();
    expect(await get(httpPort)).toBe(200);
    expect(await call(grpcPort, credentials.createSsl(ca))).toBe(status.OK);
    await expect(fetch(`http://127.0.0.1:${httpPort}/ready`)).rejects.toThrow('fetch failed');
    expect(await call(grpcPort, credentials.createInsecure())).toBe(status.UNAVAILABLE);
    expect((await fetch(`http://127.0.0.1:${probePort}/ready`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${probePort}/metrics`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${probePort}/v2`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${probePort}/pause`)).status).toBe(404);
  });

  test('nothing older than TLS 1.2 is spoken', async () => {
    const { httpPort } = await start();
    await expect(get(httpPort, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })).rejects.toThrow();
  });

  test('a new one is shown as soon as it is there, and no request fails meanwhile', async () => {
    const { httpPort, grpcPort } = await start();
    const before = [await shown(httpPort), await shown(grpcPort)];
    const agent = new Agent({ keepAlive: true, ca });
    const codes: number[] = [];
    const done = new AbortController();
    const traffic = (async () => {
      while (!done.signal.aborted) codes.push(await get(httpPort, { agent }), await get(httpPort));
    })();
    made.issue('server');
    const changed = async (): Promise<boolean> => [await shown(httpPort), await shown(grpcPort)].every((each, at) => each !== before[at]);
    while (!(await changed())) await sleep(10);
    done.abort();
    await traffic;
    agent.destroy();
    expect(new Set(codes)).toEqual(new Set([200]));
    expect(await call(grpcPort, credentials.createSsl(ca))).toBe(status.OK);
  });

  test('one that is written by half is not shown', async () => {
    const { httpPort } = await start();
    const before = await shown(httpPort);
    const whole = readFileSync(server.cert);
    writeFileSync(server.cert, whole.subarray(0, 100));
    await sleep(100);
    expect(await shown(httpPort)).toBe(before);
    writeFileSync(server.cert, whole);
  });
});

describe('with authorities of clients', () => {
  test('who shows a certificate of theirs is let in, and nobody else', async () => {
    const { httpPort, grpcPort, probePort } = await start({ clientCa: made.ca });
    expect(await get(httpPort, client)).toBe(200);
    await expect(get(httpPort)).rejects.toThrow();
    await expect(get(httpPort, strangers)).rejects.toThrow();
    expect(await call(grpcPort, credentials.createSsl(ca, client.key, client.cert))).toBe(status.OK);
    expect(await call(grpcPort, credentials.createSsl(ca))).toBe(status.UNAVAILABLE);
    expect(await call(grpcPort, credentials.createSsl(ca, strangers.key, strangers.cert))).toBe(status.UNAVAILABLE);
    expect((await fetch(`http://127.0.0.1:${probePort}/ready`)).status).toBe(200);
  });
});

test.each<[Partial<TlsFiles>, RegExp]>([
  [{ cert: '/nowhere.pem' }, /^\/nowhere\.pem cannot be read: ENOENT/],
  [{ key: clientFiles.key }, /server\.pem and .*client\.key: .*key values mismatch/],
  [{ cert: made.ca, key: made.ca }, /ca\.pem and .*ca\.pem: /],
])('%j is refused at the start', (files, message) => {
  expect(() => openTls({ ...server, ...files }, silentLogger)).toThrow(message);
});
