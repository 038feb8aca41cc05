import { once } from 'node:events';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closeAfter } from '../fixtures/close-after.ts';
import { callHeaders, endHeaders, endStream, type Frame, h2Frame, h2Socket, kinds, literal } from '../fixtures/h2-frames.ts';
import { h2Server } from '../fixtures/h2-server.ts';
import { closed, rawGrpc, said } from '../fixtures/raw-grpc.ts';
import { codes } from './frames.ts';
import { headerBlock } from './hpack/header-block.ts';

async function socketTo(port: number) {
  const made = await h2Socket(port);
  closeAfter({ close: () => made.socket.destroy() });
  return made;
}

const begin = (stream: number, flags = endHeaders): Buffer => h2Frame(kinds.headers, { flags, stream, payload: callHeaders('/a') });
const data = (stream: number, payload: Buffer, flags = 0): Buffer => h2Frame(kinds.data, { stream, payload, flags });
const bodyOf = (frames: readonly Frame[], stream: number): string =>
  Buffer.concat(frames.filter((frame) => frame.kind === kinds.data && frame.stream === stream).map(({ payload }) => payload)).toString();
const ended = (frames: readonly Frame[], stream: number): boolean =>
  frames.some((frame) => frame.stream === stream && (frame.kind === kinds.rst || (frame.flags & endStream) !== 0));
const farewells = (frames: readonly Frame[]): [last: number, code: number][] =>
  frames.filter(({ kind }) => kind === kinds.goaway).map(({ payload }) => [payload.readUInt32BE(), payload.readUInt32BE(4)]);

describe('requests', () => {
  test('in padded frames, with a priority, in pieces, and with trailers are what they are without', async () => {
    const { port } = await h2Server();
    const { socket, frames } = await socketTo(port);
    const block = callHeaders('/a');
    const [first, rest] = [block.subarray(0, 7), block.subarray(7)];
    socket.write(
      Buffer.concat([
        h2Frame(kinds.headers, {
          flags: 0x08 | 0x20,
          stream: 1,
          payload: Buffer.concat([Buffer.of(3, 0, 0, 0, 0, 9), first, Buffer.alloc(3)]),
        }),
        h2Frame(kinds.continuation, { stream: 1 }),
        h2Frame(kinds.continuation, { flags: endHeaders, stream: 1, payload: rest }),
        data(1, Buffer.concat([Buffer.of(2), Buffer.from('ab'), Buffer.alloc(2)]), 0x08),
        data(1, Buffer.from('c')),
        h2Frame(kinds.headers, { flags: endHeaders | endStream, stream: 1, payload: literal('x-check', '1') }),
      ]),
    );
    await expect.poll(() => ended(frames, 1)).toBe(true);
    expect(bodyOf(frames, 1)).toBe('abc');
  });

  test.each([
    ['shorter', 'ab', '3'],
    ['longer', 'abcd', '3'],
  ])('a body that is %s than was stated is refused', async (_, body, stated) => {
    const { port } = await h2Server();
    const { socket, frames } = await socketTo(port);
    const payload = Buffer.concat([callHeaders('/a'), literal('content-length', stated)]);
    socket.write(Buffer.concat([h2Frame(kinds.headers, { flags: endHeaders, stream: 1, payload }), data(1, Buffer.from(body), endStream)]));
    await expect.poll(() => frames.find(({ kind }) => kind === kinds.rst)?.payload.readUInt32BE()).toBe(codes.protocol);
  });

  test('a client that says that it keeps no headers is sent none that it would have to', async () => {
    const { port } = await h2Server();
    const { socket, frames } = await socketTo(port);
    socket.write(h2Frame(kinds.settings, { payload: Buffer.of(0, 1, 0, 0, 0, 0) }));
    socket.write(Buffer.concat([begin(1), data(1, Buffer.from('a'), endStream), begin(3), data(3, Buffer.from('b'), endStream)]));
    await expect.poll(() => ended(frames, 3)).toBe(true);
    const blocks = frames.filter(({ kind }) => kind === kinds.headers).map(({ payload }) => payload[0]);
    expect([blocks[0], blocks.slice(1).includes(0x20)]).toEqual([0x20, false]); // the size of the table is 0, said once
  });

  test('more than the windows of stream and connection, from many at once', async () => {
    const { port } = await h2Server();
    const client = closeAfter(rawGrpc(port));
    const bodies = Array.from({ length: 20 }, (_, index) => Buffer.alloc(300_000, index));
    const answers = await Promise.all(
      bodies.map((body) => {
        const stream = client.begin('/a');
        const answer = said(stream);
        stream.end(body);
        return answer;
      }),
    );
    for (const [index, { body, trailers }] of answers.entries()) {
      expect(body.equals(bodies[index] as Buffer)).toBe(true);
      expect(trailers['ended']).toBe('yes');
    }
  });
});

describe('the end of a connection', () => {
  test('is told twice: what was opened between is answered, what is opened after is not', async () => {
    const { port, drain } = await h2Server();
    const { socket, frames } = await socketTo(port);
    socket.write(begin(1));
    await expect.poll(() => frames.length).toBeGreaterThan(1);
    const drained = drain();
    await expect.poll(() => farewells(frames)).toEqual([[2 ** 31 - 1, codes.none]]);
    const ping = frames.find(({ kind, flags }) => kind === kinds.ping && flags === 0) as Frame;
    socket.write(Buffer.concat([begin(3), data(3, Buffer.from('between'), endStream)]));
    socket.write(h2Frame(kinds.ping, { flags: 1, payload: ping.payload }));
    await expect.poll(() => farewells(frames)[1]).toEqual([3, codes.none]);
    socket.write(Buffer.concat([begin(5), data(5, Buffer.from('after'), endStream)]));
    socket.write(data(1, Buffer.from('before'), endStream));
    await closed(socket);
    await drained;
    expect([1, 3, 5].map((stream) => bodyOf(frames, stream))).toEqual(['before', 'between', '']);
  });

  test('by a client leaves it the answers that it waits for', async () => {
    const { port } = await h2Server();
    const { socket, frames } = await socketTo(port);
    socket.write(Buffer.concat([begin(1), h2Frame(kinds.goaway, { payload: Buffer.alloc(8) })]));
    await expect.poll(() => farewells(frames)).toEqual([[1, codes.none]]);
    socket.write(data(1, Buffer.from('late'), endStream));
    await closed(socket);
    expect(bodyOf(frames, 1)).toBe('late');
  });

  test('over frames of no use comes after many of them, and not before', async () => {
    const { port } = await h2Server();
    const { socket, frames } = await socketTo(port);
    socket.write(Buffer.concat([begin(1), ...Array<Buffer>(900).fill(data(1, Buffer.alloc(0)))]));
    socket.write(h2Frame(kinds.ping, { payload: Buffer.alloc(8, 1) }));
    await expect.poll(() => frames.some(({ kind, flags }) => kind === kinds.ping && flags === 1)).toBe(true);
    expect(farewells(frames)).toEqual([]);
    socket.write(Buffer.concat(Array<Buffer>(5000).fill(data(1, Buffer.alloc(0)))));
    await expect.poll(() => farewells(frames)).toEqual([[1, codes.calm]]);
  });
});

test('connections that step back are read by turns, a few in each', async () => {
  const begun: number[] = [0]; // in each turn of the event loop
  let turning = true;
  const turn = (): void => {
    begun.push(0);
    if (turning) setImmediate(turn);
  };
  closeAfter({ close: () => (turning = false) });
  const sent = (): number => begun.reduce((sum, each) => sum + each);
  const clients: Awaited<ReturnType<typeof socketTo>>[] = [];
  const { port } = await h2Server((stream) => {
    begun[begun.length - 1]!++;
    stream.stepBack();
    stream.respond(headerBlock({ ':status': '429' }), true);
    if (sent() === 80) for (const { socket } of clients) socket.write(begin(3, endHeaders | endStream));
  });
  for (let client = 0; client < 80; client++) clients.push(await socketTo(port));
  turn();
  for (const { socket } of clients) socket.write(begin(1, endHeaders | endStream));
  await expect.poll(() => clients.every(({ frames }) => ended(frames, 3))).toBe(true);
  expect([sent(), Math.max(...begun.slice(begun.findLastIndex((each) => each > 32) + 1))]).toEqual([160, 32]);
});

test('whatever comes, a connection answers or is ended with a reason, and others are served', async () => {
  const { port } = await h2Server();
  const blocks = fc.oneof(
    fc.constant(callHeaders('/a')),
    fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
    fc.tuple(fc.constant(callHeaders('/a')), fc.uint8Array({ maxLength: 30 })).map((parts) => Buffer.concat(parts)),
  );
  const frame = fc.record({
    kind: fc.integer({ min: 0, max: 10 }),
    flags: fc.oneof(fc.constantFrom(0, 1, 4, 5), fc.nat(255)),
    stream: fc.oneof(fc.constantFrom(0, 1, 3, 5), fc.nat(2 ** 31 - 1)),
    payload: blocks,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { maxLength: 12 }), fc.nat(200), async (sent, cut) => {
      const { socket, frames } = await h2Socket(port);
      const bytes = Buffer.concat(sent.map(({ kind, ...rest }) => h2Frame(kind, rest)));
      const over = new Promise<void>((resolve) => socket.once('close', () => resolve()).once('end', () => resolve()));
      const asked = Buffer.alloc(8, 7);
      socket.write(bytes.subarray(0, cut));
      socket.write(Buffer.concat([bytes.subarray(cut), h2Frame(kinds.ping, { payload: asked })]));
      const answered = new Promise<void>((resolve) => {
        socket.on('data', () => frames.some(({ kind, payload }) => kind === kinds.ping && payload.equals(asked)) && resolve());
      });
      await Promise.race([over, answered]);
      const alive = frames.some(({ kind, payload }) => kind === kinds.ping && payload.equals(asked));
      expect(alive || farewells(frames).length > 0).toBe(true);
      socket.destroy();
    }),
    { numRuns: 300 },
  );
  const client = closeAfter(rawGrpc(port));
  const stream = client.begin('/a');
  const answer = said(stream);
  stream.end('still there');
  expect((await answer).body.toString()).toBe('still there');
  client.session.close();
  await once(client.session, 'close');
});
