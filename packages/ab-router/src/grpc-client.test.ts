import {
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { grpcFrame, grpcNumber } from '@switchyard/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { grpcClient, type GrpcFailure, type GrpcRequest } from './grpc-client.ts';

type Handler = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, body: Buffer) => void;
type Unit = { readonly address: string; readonly sessions: ServerHttp2Session[]; readonly server: Http2Server };

/** An HTTP/2 server that says byte for byte what it is told to. */
async function unit(handler: Handler): Promise<Unit> {
  const sessions: ServerHttp2Session[] = [];
  const server = createServer();
  server.on('session', (session) => sessions.push(session.on('error', () => {})));
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on('error', () => {});
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => handler(stream, headers, Buffer.concat(chunks)));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, sessions, server };
}

function answer(stream: ServerHttp2Stream, data: Buffer, trailers: Record<string, string> = { 'grpc-status': '0' }): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end(data);
}

const refuse = (stream: ServerHttp2Stream, headers: Record<string, string | number>): void =>
  stream.respond({ ':status': 200, ...headers }, { endStream: true });

const body = Buffer.from('question');
function ask(address: string, more: Partial<GrpcRequest> = {}) {
  const client = grpcClient(address, { connectMs: 10_000, maxBodyBytes: 1000 });
  onTestFinished(() => client.close());
  const unary = () => client.unary({ path: '/a.B/C', body, timeoutMs: 60_000, ...more });
  return { client, unary, failing: async () => (await unary()) as GrpcFailure };
}

test('a message goes and another comes, over one connection, with what gRPC wants to know', async () => {
  const seen: IncomingHttpHeaders[] = [];
  const { address, sessions } = await unit((stream, headers, sent) => {
    seen.push(headers);
    answer(stream, grpcFrame(Buffer.concat([sent.subarray(5), Buffer.from('!')])));
  });
  const { unary } = ask(address, { headers: { 'x-user': 'u' } });
  expect(await Promise.all([unary(), unary(), unary()])).toEqual(Array.from({ length: 3 }, () => Buffer.from('question!')));
  expect(sessions).toHaveLength(1);
  expect(seen[0]).toMatchObject({
    ':method': 'POST',
    ':path': '/a.B/C',
    'content-type': 'application/grpc',
    'grpc-timeout': '60000m',
    te: 'trailers',
    'x-user': 'u',
  });
});

test.each<[string, Handler, object]>([
  [
    'a status in place of an answer',
    (stream) => refuse(stream, { 'grpc-status': '3', 'grpc-message': '783%20columns' }),
    { status: 3, details: '783 columns', own: true, progress: 'sent' },
  ],
  [
    'a status after an answer had begun',
    (stream) => answer(stream, grpcFrame(body), { 'grpc-status': '14', 'grpc-message': '100%' }),
    { status: 14, details: '100%', own: true, progress: 'begun' },
  ],
  ['the status of a proxy', (stream) => refuse(stream, { ':status': 503 }), { status: 14, details: 'answered HTTP 503', own: true }],
  ['no status', (stream) => refuse(stream, {}), { status: 13, details: expect.stringContaining('without a status') }],
  [
    'a compressed message',
    (stream) => answer(stream, Buffer.from([1, 0, 0, 0, 0])),
    { status: 13, details: expect.stringContaining('compressed') },
  ],
  [
    'half a message',
    (stream) => answer(stream, Buffer.from([0, 0, 0, 0, 9, 1])),
    { status: 13, details: 'answered with 1 bytes where it announced 9' },
  ],
  ['no message', (stream) => answer(stream, Buffer.alloc(0)), { status: 13, details: expect.stringContaining('answered with 0 bytes') }],
  ['too much', (stream) => answer(stream, grpcFrame(Buffer.alloc(1001))), { status: 8, details: 'answered with more than 1000 bytes' }],
  ['a stream of errors', (stream) => stream.close(constants.NGHTTP2_PROTOCOL_ERROR), { status: 13, own: true }],
  ['a broken connection', (stream) => stream.session?.destroy(), { status: 14, own: false, progress: 'sent' }],
  [
    'a connection that breaks after the head of an answer, which servers send on its own',
    (stream) => {
      stream.respond({ ':status': 200 });
      setTimeout(() => stream.session?.destroy(), 20);
    },
    { status: 14, own: false, progress: 'sent' },
  ],
  [
    'a connection that breaks in the middle of an answer',
    (stream) => {
      stream.respond({ ':status': 200 });
      stream.write(grpcFrame(body).subarray(0, 7), () => setTimeout(() => stream.session?.destroy(), 20));
    },
    { status: 14, own: false, progress: 'begun' },
  ],
])('%s is told as what it is', async (_, handler, expected) => {
  const { address } = await unit(handler);
  expect(await ask(address).failing()).toMatchObject(expected);
});

test('a server that leaves is left: a call that it did not look at goes over a new connection', async () => {
  let asked = 0;
  const { address, sessions } = await unit((stream) => {
    if (++asked === 2) stream.close(constants.NGHTTP2_REFUSED_STREAM);
    else answer(stream, grpcFrame(body));
  });
  const { unary } = ask(address);
  for (const count of [1, 2]) {
    expect(await unary()).toEqual(body);
    expect(sessions).toHaveLength(count);
  }
  sessions[1]?.goaway();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await unary()).toEqual(body);
  expect(sessions).toHaveLength(3);
});

test('a server that refuses every call is asked twice, not for ever', async () => {
  let asked = 0;
  const { address } = await unit((stream) => {
    asked++;
    stream.close(constants.NGHTTP2_REFUSED_STREAM);
  });
  expect(await ask(address).failing()).toMatchObject({ status: grpcNumber('UNAVAILABLE'), own: false, progress: 'unsent' });
  expect(asked).toBe(2);
});

test('nothing listens: nothing was sent', async () => {
  const { address, server } = await unit(() => {});
  await new Promise((resolve) => server.close(resolve));
  expect(await ask(address).failing()).toMatchObject({ status: 14, progress: 'unsent', details: expect.stringContaining('ECONNREFUSED') });
});

test('a server that says nothing is given up in time, and asked on a new connection', async () => {
  let silent = true;
  const { address, sessions } = await unit((stream) => void (silent || answer(stream, grpcFrame(body))));
  const { client, failing } = ask(address, { timeoutMs: 50 });
  expect(await failing()).toMatchObject({ status: grpcNumber('DEADLINE_EXCEEDED'), own: false, progress: 'sent' });
  silent = false;
  expect(await client.unary({ path: '/a.B/C', body, timeoutMs: 60_000 })).toEqual(body);
  expect(sessions).toHaveLength(2);
});

test('a peer that takes the connection and speaks no HTTP/2 does not hold the caller for ever', async () => {
  const sockets: Socket[] = [];
  const mute = createTcpServer((socket) => void sockets.push(socket.on('error', () => {})));
  await new Promise<void>((resolve) => void mute.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    mute.close();
  });
  const { port } = mute.address() as AddressInfo;
  expect(await ask(`127.0.0.1:${port}`, { timeoutMs: 100 }).failing()).toMatchObject({ status: 4 });
});

test('a caller that goes is let go at once, before, while and after it is connected', async () => {
  const { address } = await unit(() => {});
  const going = new AbortController();
  const { failing } = ask(address, { signal: going.signal });
  const work = [failing(), failing()];
  await new Promise((resolve) => setTimeout(resolve, 50));
  work.push(failing());
  going.abort(new Error('gone'));
  for (const each of [...work, failing()]) expect(await each).toMatchObject({ status: grpcNumber('CANCELLED'), own: false });
});
