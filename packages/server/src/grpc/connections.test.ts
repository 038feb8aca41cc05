import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { encodeHealthCheck, encodeSeldonProto, grpcFrame, healthService, oipService, seldonServices } from '@switchyard/protocol';
import { describe, expect, test } from 'vitest';
import { closeAfter } from '../fixtures/close-after.ts';
import { callHeaders, endHeaders, endStream, h2Frame, h2Socket, kinds, literal } from '../fixtures/h2-frames.ts';
import { someRow, width } from '../fixtures/linear.ts';
import { closed, messagesOf, rawGrpc, said } from '../fixtures/raw-grpc.ts';
import { aborted, heldPredictor, linearPredictor, serveLocally } from '../fixtures/serving.ts';
import { headerBlock } from '../http2/hpack/header-block.ts';
import { createHttp2Server } from '../http2/http2-server.ts';
import type { ServerStream } from '../http2/stream.ts';
import type { Predictor } from '../predictor.ts';
import type { RunningServer, ServeOptions } from '../serve.ts';

async function start(predictor: Predictor = linearPredictor(), options: Partial<ServeOptions> = {}): Promise<RunningServer> {
  return closeAfter(await serveLocally(predictor, { drainMs: 0, ...options }));
}

function client(server: RunningServer, settings: Parameters<typeof rawGrpc>[1] = {}) {
  return closeAfter(rawGrpc(server.grpcPort, settings));
}

async function socketTo(server: RunningServer) {
  const made = await h2Socket(server.grpcPort);
  closeAfter({ close: () => made.socket.destroy() });
  return made;
}

const rows = (count: number): Buffer => {
  const data = Float64Array.from(Array.from({ length: count }, () => someRow).flat());
  const tensor = { name: '', datatype: 'FP64', shape: [count, width], data } as const;
  return grpcFrame(encodeSeldonProto({ meta: {}, encoding: 'tensor', payload: { kind: 'tensors', tensors: [tensor] } }));
};
const row = rows(1);
const predict = seldonServices.Model.Predict.path;
/** Whoever comes then is served. */
const serves = async (server: RunningServer): Promise<void> => {
  const ask = async (): Promise<string | undefined> => {
    const other = rawGrpc(server.grpcPort);
    const { status } = await other.ask(predict, [row]);
    other.close();
    return status;
  };
  await expect.poll(ask).toBe('0');
};

describe('connections that say little', () => {
  test('one that does not begin to speak HTTP/2 is cut off, one without calls is told to go, one with a call stays', async () => {
    const limits = {
      maxStreams: 10,
      maxHeaderBytes: 1000,
      maxHeaders: 10,
      windowBytes: 100_000,
      connectionWindowBytes: 100_000,
      maxHeldBytes: 1000,
    };
    const onStream = (stream: ServerStream): void => stream.respond(headerBlock({ ':status': '200' }));
    const { server, drain } = createHttp2Server(
      { tls: undefined, maxClients: 10, limits, onStream },
      { prefaceMs: 50, idleMs: 200, checkMs: 10 },
    );
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const mute = connect(port, '127.0.0.1').on('error', () => {});
    const slow = connect(port, '127.0.0.1').on('error', () => {});
    slow.write('PRI * HTTP/2.0\r\n\r\nSM');
    await Promise.all([closed(mute.resume()), closed(slow.resume())]);
    const idle = rawGrpc(port);
    const told = once(idle.session, 'goaway') as Promise<[number]>;
    const busy = rawGrpc(port);
    const stream = busy.begin('/a');
    await once(stream, 'response');
    expect((await told)[0]).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(busy.session.closed).toBe(false);
    stream.close();
    await closed(busy.session);
    await drain();
  });

  test('a body that dribbles in has as long as a request may take', async () => {
    const server = await start(linearPredictor(), { requestTimeoutMs: 300 });
    const stream = client(server).begin(predict);
    const answer = said(stream);
    let at = 0;
    const drip = setInterval(() => stream.writable && stream.write(rows(1000).subarray(at, ++at)), 20);
    expect(await answer).toMatchObject({ status: '4', message: 'no answer within 300 ms' });
    clearInterval(drip);
    await serves(server);
  });

  test('a stream that says nothing has as long, and a health check ten seconds', async () => {
    const server = await start(linearPredictor(), { requestTimeoutMs: 100 });
    const { begin } = client(server);
    expect(await said(begin(predict))).toMatchObject({ status: '4', alone: true });
    expect(await said(begin(healthService.Check.path))).toMatchObject({
      status: '4',
      message: 'the message did not come within 10000 ms',
    });
    await serves(server);
  });

  test('a client that closes its half is gone: its call is cancelled, and its place is free', async () => {
    const held = heldPredictor();
    const server = await start(held.predictor, { maxConcurrent: 1 });
    const { socket } = await socketTo(server);
    socket.write(h2Frame(kinds.headers, { flags: endHeaders, stream: 1, payload: callHeaders(predict) }));
    socket.end(h2Frame(kinds.data, { flags: endStream, stream: 1, payload: row }));
    await held.arrived(1);
    await aborted(held.calls[0]!.signal);
    held.release();
    await closed(socket);
    await serves(server);
  });
});

describe('connections that say much', () => {
  test('more of them than the server takes are closed at once, and taken again when others went', async () => {
    const server = await start(linearPredictor(), { maxClients: 5 });
    const held = await Promise.all(Array.from({ length: 5 }, () => socketTo(server)));
    await closed((await socketTo(server)).socket);
    held[0]?.socket.destroy();
    await serves(server);
  });

  test.each([
    ['a header of 20 kB', { x: 'a'.repeat(20_000) }],
    ['300 headers', Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`x-${index}`, 'a']))],
  ])('%s: the call is refused, its connection is not', async (_, headers) => {
    const { ask, session } = client(await start());
    await once(session, 'remoteSettings'); // before it knows them a client is held to HTTP/2's own
    expect(await ask(predict, [row], headers)).toMatchObject({ http: undefined, rst: 11 }); // ENHANCE_YOUR_CALM
    expect((await ask(predict, [row])).status).toBe('0');
  });

  test('headers without end cut their connection off', async () => {
    const server = await start();
    const { socket } = await socketTo(server);
    socket.write(h2Frame(kinds.headers, { stream: 1, payload: callHeaders(predict) }));
    const piece = h2Frame(kinds.continuation, { stream: 1, payload: literal('x', 'a'.repeat(100)) });
    const pour = setInterval(() => socket.writable && socket.write(Buffer.concat(Array<Buffer>(50).fill(piece))), 5);
    await closed(socket);
    clearInterval(pour);
    await serves(server);
  });

  test('calls beyond those of a connection are refused, those within are told of an overload by a status', async () => {
    const held = heldPredictor();
    const server = await start(held.predictor, { maxConcurrent: 10 });
    const { socket, frames } = await socketTo(server);
    const opened = Array.from({ length: 200 }, (_, index) =>
      h2Frame(kinds.headers, { flags: endHeaders, stream: 2 * index + 1, payload: callHeaders(oipService.ModelStreamInfer.path) }),
    );
    socket.write(Buffer.concat(opened));
    const refused = (): number => frames.filter(({ kind, payload }) => kind === kinds.rst && payload.readUInt32BE() === 7).length;
    await expect.poll(refused).toBe(200 - 138);
    const overloaded = client(server);
    const asked = Array.from({ length: 12 }, () => overloaded.ask(predict, [row]));
    await held.arrived(10);
    expect((await Promise.race(asked)).status).toBe('8');
    held.release();
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([...Array<string>(10).fill('0'), '8', '8']);
  });

  test('calls that are opened and reset without end cut their connection off, and leave nothing under way', async () => {
    const server = await start(linearPredictor(), { maxConcurrent: 50 });
    const { socket } = await socketTo(server);
    socket.write(h2Frame(kinds.settings, { flags: 1 }));
    let stream = 1;
    const pour = setInterval(() => {
      if (!socket.writable) return;
      for (let count = 0; count < 200; count++, stream += 2) {
        socket.write(h2Frame(kinds.headers, { flags: endHeaders, stream, payload: callHeaders(predict) }));
        socket.write(h2Frame(kinds.rst, { stream, payload: Buffer.of(0, 0, 0, 8) }));
      }
    }, 5);
    await closed(socket);
    clearInterval(pour);
    expect(stream).toBeGreaterThan(1000);
    await serves(server);
  });

  test.each([
    ['pings', h2Frame(kinds.ping, { payload: Buffer.alloc(8) })],
    ['settings', h2Frame(kinds.settings)],
  ])('%s without end, whose acknowledgements are not read, cut their connection off', async (_, frame) => {
    const server = await start();
    const { socket } = await socketTo(server);
    socket.pause();
    const many = Buffer.concat(Array<Buffer>(5000).fill(frame));
    const pour = setInterval(() => socket.writable && !socket.writableNeedDrain && socket.write(many), 1);
    await new Promise((resolve) => socket.once('error', resolve)); // that it can write no more
    clearInterval(pour);
    await serves(server);
  });

  test('what is no HTTP/2 is cut off', async () => {
    const server = await start();
    const socket = connect(server.grpcPort, '127.0.0.1').on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await closed(socket.resume());
    await serves(server);
  });
});

describe('clients that do not read', () => {
  const paused = { settings: { initialWindowSize: 0 } };

  test('an answer waits for its client, and others are served', async () => {
    const server = await start(linearPredictor(), { maxConcurrent: 2 });
    const slow = client(server, paused);
    const answers: ReturnType<typeof said>[] = [];
    for (let count = 0; count < 20; count++) {
      const stream = slow.begin(predict);
      answers.push(said(stream));
      stream.end(row);
      await once(stream, 'response');
    }
    await serves(server);
    slow.session.settings({ initialWindowSize: 65_535 });
    expect(new Set((await Promise.all(answers)).map(({ status }) => status))).toEqual(new Set(['0']));
  });

  test('an answer that is larger than the window goes as it opens', async () => {
    const server = await start();
    const slow = client(server, { settings: { initialWindowSize: 1000 } });
    const stream = slow.begin(predict);
    stream.end(rows(20_000));
    const { status, body } = await said(stream);
    expect([status, messagesOf(body).length]).toEqual(['0', 1]);
    expect(body.length).toBeGreaterThan(400_000);
  });

  test('answers beyond what a connection may hold keep it from asking for more', async () => {
    const server = await start(linearPredictor(), { maxBodyBytes: 16 * 1024 ** 2 });
    const slow = client(server, paused);
    const large = rows(200_000);
    for (let count = 0; count < 10; count++) {
      const stream = slow.begin(predict);
      stream.end(large);
      await new Promise((resolve) => stream.once('response', resolve).once('close', resolve));
    }
    expect(await slow.ask(predict, [row])).toMatchObject({ http: undefined, rst: 11 }); // ENHANCE_YOUR_CALM
    await serves(server);
  });

  test('a stream asks for no more than it can answer, and ends when its client has not read for as long as a request may take', async () => {
    const held = heldPredictor();
    held.release();
    const server = await start(held.predictor, { requestTimeoutMs: 300 });
    const slow = client(server, paused);
    const stream = slow.begin(oipService.ModelStreamInfer.path);
    const input = Buffer.concat([Buffer.from([0x0a, 1, 0x78, 0x12, 4]), Buffer.from('FP32'), Buffer.of(0x1a, 2, 1, width)]);
    const raw = Buffer.from(Float32Array.from(someRow).buffer);
    const message = Buffer.concat([Buffer.of(0x2a, input.length), input, Buffer.of(0x3a, raw.length), raw]);
    for (let count = 0; count < 100; count++) stream.write(grpcFrame(message));
    const { rst } = await said(stream);
    expect([rst, held.calls.length]).toEqual([8, 1]);
    await serves(server);
  });

  test('a watch of health is told what holds when it reads, not all that held', async () => {
    const server = await start();
    const slow = client(server, paused);
    const stream = slow.begin(healthService.Watch.path);
    stream.end(grpcFrame(Buffer.alloc(0)));
    await once(stream, 'response');
    for (const path of ['pause', 'unpause', 'pause']) {
      await fetch(`http://127.0.0.1:${server.httpPort}/${path}`, { method: 'POST' });
      await new Promise((resolve) => setTimeout(resolve, 700));
    }
    const got: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => got.push(chunk));
    slow.session.settings({ initialWindowSize: 65_535 });
    const seen = (): Buffer[] => messagesOf(Buffer.concat(got));
    await expect.poll(() => seen().length).toBe(2);
    expect(seen()).toEqual([encodeHealthCheck('SERVING'), encodeHealthCheck('NOT_SERVING')]);
  });
});
