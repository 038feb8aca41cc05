import { constants, createServer, type ServerHttp2Session, type ServerHttp2Stream, type SecureServerOptions } from 'node:http2';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { PassThrough } from 'node:stream';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closeAfter } from '../fixtures/close-after.ts';
import { endHeaders, endStream, h2Frame, kinds, literal } from '../fixtures/h2-frames.ts';
import { h2Server } from '../fixtures/h2-server.ts';
import type { AnswerHead } from './answer-head.ts';
import { ClientConnection } from './client-connection.ts';
import type { AnswerEnd } from './client-requests.ts';
import { codes } from './frames.ts';
import { headerBlock } from './hpack/header-block.ts';

const post = headerBlock({ ':method': 'POST', ':scheme': 'http', ':path': '/a', ':authority': 'a', 'content-type': 'application/grpc' });

type Got = { heads: AnswerHead[]; body: Buffer; ends: AnswerEnd[] };

function clientTo(port: number) {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  let left = 0;
  const connection = new ClientConnection(socket, () => left++);
  socket.on('data', (bytes: Buffer) => connection.read(bytes));
  socket.on('end', () => connection.destroy());
  closeAfter({ close: () => connection.destroy() });
  const ask = (body: Uint8Array = Buffer.from('a')) => {
    const got: Got = { heads: [], body: Buffer.alloc(0), ends: [] };
    const letBe = connection.ask(post, Buffer.from(body), {
      head: (head) => void got.heads.push(head),
      received: (piece) => void (got.body = Buffer.concat([got.body, piece])),
      ended: (end) => void got.ends.push(end),
    });
    return { got, letBe };
  };
  return { connection, ask, left: () => left };
}

/** Node's own server, which indexes headers, and has its own idea of windows. */
async function nodeServer(onStream: (stream: ServerHttp2Stream, session: ServerHttp2Session) => void, options: SecureServerOptions = {}) {
  const server = createServer(options);
  const sessions: ServerHttp2Session[] = [];
  server.on('session', (session) => sessions.push(session.on('error', () => {})));
  server.on('stream', (stream) =>
    onStream(
      stream.on('error', () => {}),
      stream.session as ServerHttp2Session,
    ),
  );
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closeAfter({
    close() {
      for (const session of sessions) session.destroy();
      server.close();
    },
  });
  return { port: (server.address() as AddressInfo).port, sessions };
}

function echo(stream: ServerHttp2Stream): void {
  stream.respond({ ':status': 200, 'x-of': 'node' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ ended: 'yes' }));
  stream.pipe(stream);
}

/** A server that says what it is told to, byte for byte, once it has been asked something. */
async function saying(...frames: readonly Buffer[]): Promise<number> {
  const server = createTcpServer((socket) => {
    closeAfter({ close: () => socket.destroy() });
    socket.on('error', () => {}).once('data', () => socket.write(Buffer.concat(frames)));
  });
  closeAfter({ close: () => server.close() });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const settings = h2Frame(kinds.settings);
const answered = h2Frame(kinds.headers, { flags: endHeaders | endStream, stream: 1, payload: literal(':status', '200') });

describe('answers', () => {
  test.each([
    ['Node’s server', async () => (await nodeServer(echo)).port, { 'x-of': 'node' }],
    ['ours', async () => (await h2Server()).port, { 'content-type': 'text/plain' }],
  ])('of %s have a head, a body, and trailers: of megabytes, and from many at once', async (_, server, headers) => {
    const { ask } = clientTo(await server());
    const bodies = [1, 0, 20_000, 300_000, 9_000_000].map((bytes) => Buffer.alloc(bytes, bytes % 251));
    const asked = [...bodies, ...bodies].map((body) => ({ body, ...ask(body) }));
    await expect.poll(() => asked.every(({ got }) => got.ends.length > 0)).toBe(true);
    for (const { body, got } of asked) {
      expect(got.body.equals(body)).toBe(true);
      expect(got.ends).toEqual([{ how: 'whole' }]);
      expect(got.heads).toMatchObject([
        { status: 200, headers },
        { status: undefined, headers: { ended: 'yes' } },
      ]);
    }
  });

  test('come to more requests than a server takes at once', async () => {
    let [now, most] = [0, 0];
    const { port } = await nodeServer(
      (stream) => {
        most = Math.max(most, ++now);
        stream.once('close', () => now--);
        setTimeout(() => echo(stream), 2);
      },
      { settings: { maxConcurrentStreams: 3 } },
    );
    const { ask } = clientTo(port);
    const { got } = ask();
    await expect.poll(() => got.ends).toEqual([{ how: 'whole' }]); // its settings are known by then
    const asked = Array.from({ length: 20 }, (_, index) => ask(Buffer.from(`${index}`)));
    await expect.poll(() => asked.every((each) => each.got.ends.length > 0)).toBe(true);
    expect(asked.map((each) => each.got.body.toString())).toEqual(asked.map((_, index) => `${index}`));
    expect(most).toBe(3);
  });

  test('that are let be are told no more, and leave room to others', async () => {
    const { port } = await h2Server((stream) => stream.respond(headerBlock({ ':status': '200' })), { maxStreams: 1 });
    const { ask } = clientTo(port);
    const first = ask();
    await expect.poll(() => first.got.heads).toHaveLength(1);
    const [second, third] = [ask(), ask()];
    second.letBe();
    first.letBe();
    await expect.poll(() => third.got.heads).toHaveLength(1);
    expect([first.got.ends, second.got]).toEqual([[], { heads: [], body: Buffer.alloc(0), ends: [] }]);
  });

  test('before a body is sent as a whole end the request', async () => {
    const { port } = await nodeServer((stream) => stream.respond({ ':status': 429 }, { endStream: true }));
    const { ask } = clientTo(port);
    const { got } = ask(Buffer.alloc(9_000_000));
    await expect.poll(() => got.ends).toEqual([{ how: 'whole' }]);
    expect(got.heads).toMatchObject([{ status: 429 }]);
    const again = ask(Buffer.from('a'));
    await expect.poll(() => again.got.ends).toEqual([{ how: 'whole' }]);
  });
});

describe('the end', () => {
  test('of a server that leaves: what it looked at is answered, the rest may be asked again, and nothing else is taken', async () => {
    const { port } = await nodeServer((stream, session) => {
      session.goaway(constants.NGHTTP2_NO_ERROR, 1);
      setTimeout(() => stream.destroyed || echo(stream), 10);
    });
    const { ask, connection, left } = clientTo(port);
    const [first, second] = [ask(), ask()];
    await expect.poll(() => [first.got.ends, second.got.ends]).toEqual([[{ how: 'whole' }], [{ how: 'refused' }]]);
    expect([connection.open, left()]).toEqual([false, 1]);
  });

  test.each([
    ['refused', constants.NGHTTP2_REFUSED_STREAM, { how: 'refused' }],
    ['reset', constants.NGHTTP2_ENHANCE_YOUR_CALM, { how: 'reset', code: codes.calm }],
  ])('of a request that is %s', async (_, code, end) => {
    const { port } = await nodeServer((stream) => stream.close(code));
    const { got } = clientTo(port).ask();
    await expect.poll(() => got.ends).toEqual([end]);
  });

  test('of a connection is that of all its requests', async () => {
    const { port } = await nodeServer((_, session) => session.destroy());
    const { ask, connection } = clientTo(port);
    const asked = [ask(), ask()];
    await expect
      .poll(() => asked.map(({ got }) => got.ends))
      .toEqual([[{ how: 'lost', cause: undefined }], [{ how: 'lost', cause: undefined }]]);
    expect(connection.open).toBe(false);
  });

  test('that it asks for comes when what is under way is through', async () => {
    const { port, sessions } = await nodeServer(echo);
    const { ask, connection, left } = clientTo(port);
    const { got } = ask(Buffer.alloc(100_000));
    connection.leave();
    await expect.poll(() => got.ends).toEqual([{ how: 'whole' }]);
    await expect.poll(() => sessions[0]?.destroyed).toBe(true);
    expect(left()).toBe(1);
  });
});

test.each<[string, readonly Buffer[]]>([
  ['is no HTTP/2', [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')]],
  ['does not begin with settings', [answered]],
  ['is of a stream that there was never', [settings, h2Frame(kinds.data, { stream: 9, payload: Buffer.from('a') })]],
  ['is pushed', [settings, h2Frame(5, { flags: endHeaders, stream: 1, payload: Buffer.from([0, 0, 0, 2]) })]],
  [
    'is no block of headers',
    [settings, h2Frame(kinds.headers, { flags: endHeaders, stream: 1, payload: Buffer.of(0xff, 0xff, 0xff, 0xff, 0xff) })],
  ],
  ['opens a window by nothing', [settings, h2Frame(kinds.windowUpdate, { payload: Buffer.alloc(4) })]],
])('what %s ends the connection, and all are told why', async (_, frames) => {
  const { ask } = clientTo(await saying(...frames));
  const asked = [ask(), ask()];
  await expect.poll(() => asked.map(({ got }) => got.ends.map(({ how }) => how))).toEqual([['lost'], ['lost']]);
});

test('a head with a line break in it, or of names that no answer has, ends its request alone', async () => {
  const heads = [literal('a', 'b\nc'), literal(':path', '/'), literal('Upper', 'case')];
  const frames = heads.map((payload, index) => h2Frame(kinds.headers, { flags: endHeaders | endStream, stream: 2 * index + 1, payload }));
  const whole = h2Frame(kinds.headers, { flags: endHeaders | endStream, stream: 7, payload: literal(':status', '200') });
  const { ask } = clientTo(await saying(settings, ...frames, whole));
  const asked = [ask(), ask(), ask(), ask()];
  await expect.poll(() => asked.map(({ got }) => got.ends[0]?.how)).toEqual(['reset', 'reset', 'reset', 'whole']);
});

test('whatever comes, each request ends once', async () => {
  const frame = fc
    .record({
      kind: fc.nat({ max: 10 }),
      flags: fc.constantFrom(0, 1, 4, 5, 8, 13, 0x20),
      stream: fc.constantFrom(0, 1, 3, 5, 7, 2),
      payload: fc.oneof(fc.constant(literal(':status', '200')), fc.uint8Array({ maxLength: 12 })),
    })
    .map(({ kind, payload, ...rest }) => h2Frame(kind, { ...rest, payload: Buffer.from(payload) }));
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { maxLength: 12 }), fc.integer({ min: 1, max: 40 }), async (frames, size) => {
      const socket = new PassThrough().resume();
      const connection = new ClientConnection(socket, () => {});
      const ends: number[] = [0, 0, 0];
      for (const index of ends.keys())
        connection.ask(post, Buffer.alloc(10), { head() {}, received() {}, ended: () => void (ends[index] = (ends[index] ?? 0) + 1) });
      const bytes = Buffer.concat([settings, ...frames]);
      for (let at = 0; at < bytes.length; at += size) connection.read(bytes.subarray(at, at + size));
      connection.destroy();
      expect(ends).toEqual([1, 1, 1]);
    }),
    { numRuns: 500 },
  );
});
