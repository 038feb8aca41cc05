import { once } from 'node:events';
import { constants } from 'node:http2';
import { deflateSync, gzipSync } from 'node:zlib';
import {
  decodeSeldonProto,
  encodeHealthCheck,
  encodeSeldonProto,
  grpcFrame,
  healthService,
  oipService,
  seldonServices,
} from '@switchyard/protocol';
import { describe, expect, test } from 'vitest';
import { closeAfter } from '../fixtures/close-after.ts';
import { someRow, width } from '../fixtures/linear.ts';
import { messagesOf, packedFrame, rawGrpc, said } from '../fixtures/raw-grpc.ts';
import { aborted, heldPredictor, linearPredictor, serveLocally } from '../fixtures/serving.ts';
import type { Predictor } from '../predictor.ts';
import type { ServeOptions } from '../serve.ts';

async function start(predictor: Predictor = linearPredictor(), options: Partial<ServeOptions> = {}) {
  const server = closeAfter(await serveLocally(predictor, { drainMs: 200, ...options }));
  return { server, client: closeAfter(rawGrpc(server.grpcPort)) };
}

const rows = (count: number): Buffer =>
  encodeSeldonProto({
    meta: {},
    encoding: 'tensor',
    payload: {
      kind: 'tensors',
      tensors: [
        { name: '', datatype: 'FP64', shape: [count, width], data: Float64Array.from(Array.from({ length: count }, () => someRow).flat()) },
      ],
    },
  }) as Buffer;
const row = rows(1);
const predict = seldonServices.Model.Predict.path;
const rowsIn = (body: Buffer): number | undefined => {
  const [message] = messagesOf(body);
  const { payload } = decodeSeldonProto(message as Buffer);
  return payload.kind === 'tensors' ? payload.tensors[0]?.shape[0] : undefined;
};

test('a message is answered by one, with a status behind it', async () => {
  const { client } = await start();
  const { http, headers, body, trailers, alone } = await client.ask(predict, [grpcFrame(row)]);
  expect([http, headers['content-type'], alone]).toEqual([200, 'application/grpc', false]);
  expect(rowsIn(body)).toBe(1);
  expect(trailers['grpc-status']).toBe('0');
});

describe('what is no call', () => {
  test('another method of HTTP is told which it is to be', async () => {
    const { client } = await start();
    const answer = await client.ask(predict, [], { ':method': 'PUT' });
    expect([answer.http, answer.headers['allow']]).toEqual([405, 'POST']);
  });

  test.each(['application/json', 'application/grpc-web', 'application/grpcish', ''])('content-type "%s" is 415', async (type) => {
    const { client } = await start();
    expect((await client.ask(predict, [grpcFrame(row)], { 'content-type': type })).http).toBe(415);
  });

  test.each(['application/grpc+proto', 'application/grpc;charset=utf-8'])('content-type "%s" is gRPC', async (type) => {
    const { client } = await start();
    expect((await client.ask(predict, [grpcFrame(row)], { 'content-type': type })).status).toBe('0');
  });

  test.each(['/nowhere', '/seldon.protos.Model/Nothing', '/seldon.protos.Router/Route', '/'])('%s is UNIMPLEMENTED', async (path) => {
    const { client } = await start();
    const answer = await client.ask(path, [grpcFrame(row)]);
    expect(answer).toMatchObject({ http: 200, status: '12', message: `there is no method "${path}" here`, alone: true });
  });
});

describe('messages', () => {
  test('in any pieces, and more than one in a piece of a stream', async () => {
    const { client } = await start();
    const frame = grpcFrame(row);
    for (const cut of [1, 4, 5, 6, frame.length - 1])
      expect((await client.ask(predict, [frame.subarray(0, cut), frame.subarray(cut)])).status).toBe('0');
    expect(
      (
        await client.ask(
          predict,
          [...frame].map((byte) => Buffer.of(byte)),
        )
      ).status,
    ).toBe('0');
    const stream = await client.ask('/grpc.reflection.v1.ServerReflection/ServerReflectionInfo', [
      Buffer.concat([grpcFrame(Buffer.of(0x3a, 0)), grpcFrame(Buffer.of(0x3a, 0)), grpcFrame(Buffer.of(0x3a, 0)).subarray(0, 3)]),
      grpcFrame(Buffer.of(0x3a, 0)).subarray(3),
    ]);
    expect([stream.status, messagesOf(stream.body).length]).toEqual(['0', 3]);
  });

  test('larger than the windows of both sides', async () => {
    const { client } = await start();
    const { status, body } = await client.ask(predict, [grpcFrame(rows(50_000))]);
    expect([status, rowsIn(body)]).toEqual(['0', 50_000]);
  });

  test.each<[string, readonly Buffer[], string, string]>([
    ['none', [], '12', 'the call has no message; its method takes one'],
    ['two', [grpcFrame(row), grpcFrame(row)], '12', 'the call has more than one message; its method takes one'],
    ['two in a piece', [Buffer.concat([grpcFrame(row), grpcFrame(row)])], '12', 'the call has more than one message'],
    ['a part of the frame', [grpcFrame(row).subarray(0, 3)], '3', 'the call ends after 3 of the 5 bytes before a message'],
    ['a part of the message', [grpcFrame(row).subarray(0, 15)], '3', `the call ends after 10 of the ${row.length} bytes of its message`],
    ['that is none', [grpcFrame(Buffer.from('hello'))], '3', ''],
  ])('%s: the client is told', async (_, pieces, status, words) => {
    const { client } = await start();
    const answer = await client.ask(predict, pieces);
    expect(answer).toMatchObject({ http: 200, status, message: expect.stringContaining(words), alone: true });
    expect((await client.ask(predict, [grpcFrame(row)])).status).toBe('0');
  });

  test('a part of a message in a stream ends it with a status', async () => {
    const { client } = await start();
    const answer = await client.ask(oipService.ModelStreamInfer.path, [grpcFrame(row).subarray(0, 15)]);
    expect(answer).toMatchObject({ status: '3', message: expect.stringContaining('the call ends after 10') });
  });

  test('beyond the limit they are refused by the frame alone, which names it', async () => {
    const { client } = await start(linearPredictor(), { maxBodyBytes: 1000 });
    const stream = client.begin(predict);
    const answer = said(stream);
    stream.write(grpcFrame(Buffer.alloc(1001)).subarray(0, 50)); // and no more
    expect(await answer).toMatchObject({
      status: '8',
      message: expect.stringContaining('the message has 1001 bytes; this server takes 1000'),
    });
    expect((await client.ask(predict, [grpcFrame(row)])).status).toBe('0');
  });

  test('beyond what the server holds they are refused before they are sent', async () => {
    const held = heldPredictor();
    const { client } = await start(held.predictor, { maxPendingBytes: 1000 });
    const first = client.ask(predict, [grpcFrame(row)]);
    await held.arrived(1);
    const stream = client.begin(predict);
    const answer = said(stream);
    stream.write(grpcFrame(Buffer.alloc(2000)).subarray(0, 50));
    expect(await answer).toMatchObject({ status: '8', message: expect.stringContaining('would hold over 1000') });
    held.release();
    expect((await first).status).toBe('0');
  });
});

describe('compression', () => {
  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ])('%s is unpacked; a message that says that it is not compressed is not', async (encoding, pack) => {
    const { client } = await start();
    const headers = { 'grpc-encoding': encoding };
    expect((await client.ask(predict, [packedFrame(pack(row))], headers)).status).toBe('0');
    expect((await client.ask(predict, [grpcFrame(row)], headers)).status).toBe('0');
    const stream = await client.ask(
      '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
      [Buffer.concat([packedFrame(pack(Buffer.of(0x3a, 0))), grpcFrame(Buffer.of(0x3a, 0))])],
      headers,
    );
    expect([stream.status, messagesOf(stream.body).length]).toEqual(['0', 2]);
  });

  test('an encoding that is not known is UNIMPLEMENTED, and those that are known are named', async () => {
    const { client } = await start();
    const answer = await client.ask(predict, [packedFrame(row)], { 'grpc-encoding': 'br' });
    expect(answer).toMatchObject({ status: '12', message: 'grpc-encoding "br" is not taken; send identity,gzip,deflate' });
    expect(answer.trailers['grpc-accept-encoding']).toBe('identity,gzip,deflate');
  });

  test('a frame that says compressed in a call that does not say how is INTERNAL, as gRPC has it; bytes that are no gzip are the client’s fault', async () => {
    const { client } = await start();
    expect(await client.ask(predict, [packedFrame(row)])).toMatchObject({
      status: '13',
      message: expect.stringContaining('no grpc-encoding'),
    });
    const answer = await client.ask(predict, [packedFrame(row)], { 'grpc-encoding': 'gzip' });
    expect(answer).toMatchObject({ status: '3', message: expect.stringContaining('no gzip') });
  });

  test('what unpacks to more than a message may have is refused', async () => {
    const { client } = await start(linearPredictor(), { maxBodyBytes: 10_000 });
    const answer = await client.ask(predict, [packedFrame(gzipSync(Buffer.alloc(1_000_000)))], { 'grpc-encoding': 'gzip' });
    expect(answer).toMatchObject({ status: '8', message: expect.stringContaining('unpacked from gzip, has more than 10000 bytes') });
  });
});

describe('time', () => {
  test.each(['5', 'S', '123456789m', '-1S', '5 S', '1.5S', ''])('grpc-timeout "%s" is refused by name', async (timeout) => {
    const { client } = await start();
    const answer = await client.ask(predict, [grpcFrame(row)], { 'grpc-timeout': timeout });
    expect(answer).toMatchObject({ status: '3', message: expect.stringContaining(`grpc-timeout "${timeout}" is not`) });
  });

  test('a deadline ends a call whose message does not come, one that is worked on, and a stream that waits', async () => {
    const held = heldPredictor();
    const { client } = await start(held.predictor);
    const headers = { 'grpc-timeout': '60m' };
    const late = { status: '4', rst: 0 };
    expect(await said(client.begin(predict, headers))).toMatchObject(late);
    expect(await client.ask(predict, [grpcFrame(row)], headers)).toMatchObject(late);
    expect(held.calls[0]?.signal.aborted).toBe(true);
    held.release();
    expect(await said(client.begin(oipService.ModelStreamInfer.path, headers))).toMatchObject(late);
    const watch = client.begin(healthService.Watch.path, headers);
    watch.end(grpcFrame(Buffer.alloc(0)));
    const { status, body } = await said(watch);
    expect([status, messagesOf(body)]).toEqual(['4', [encodeHealthCheck('SERVING')]]);
  });

  test('a call that is reset while its message comes gives its place back', async () => {
    const { client } = await start(linearPredictor(), { maxConcurrent: 1 });
    const status = async (): Promise<string | undefined> => (await client.ask(predict, [grpcFrame(row)])).status;
    const unsent = client.begin(predict);
    unsent.write(grpcFrame(row).subarray(0, 20));
    await expect.poll(status).toBe('8');
    unsent.close(constants.NGHTTP2_CANCEL);
    await expect.poll(status).toBe('0');
  });

  test('one that is reset while it is worked on aborts the work', async () => {
    const held = heldPredictor();
    const { client } = await start(held.predictor);
    const asked = client.begin(predict);
    asked.end(grpcFrame(row));
    await held.arrived(1);
    asked.close(constants.NGHTTP2_CANCEL);
    await aborted(held.calls[0]!.signal);
    held.release();
    expect((await client.ask(predict, [grpcFrame(row)])).status).toBe('0');
  });
});

test('an error is percent-encoded UTF-8, without a line of its own, and not longer than clients take', async () => {
  const failing: Predictor = {
    ...linearPredictor(),
    async metadata() {
      return { name: 'x', versions: ['ä\n%'.repeat(2000)], platform: '', inputs: [], outputs: [], custom: {} };
    },
  };
  const { client } = await start(failing);
  const asked = Buffer.concat([Buffer.of(0x0a, 5), Buffer.from('lines'), Buffer.of(0x12, 1), Buffer.from('9')]);
  const { status, trailers, message } = await client.ask(oipService.ModelMetadata.path, [grpcFrame(asked)]);
  expect([status, message.length]).toEqual(['5', 2001]);
  expect(trailers['grpc-message']).toMatch(/^[ -~]+$/);
  expect(message).toContain('ä\n%ä');
});

test('headers go on to the predictor as text; those of gRPC and binary ones do not', async () => {
  const held = heldPredictor();
  held.release();
  const { client } = await start(held.predictor);
  const headers = {
    'x-user': 'u',
    traceparent: 't',
    'trace-bin': 'AAAA',
    'grpc-trace-bin': 'AAAA',
    'seldon-puid': 'mine',
    'user-agent': 'a',
  };
  const { body } = await client.ask(predict, [grpcFrame(row)], headers);
  expect(held.calls[0]?.headers).toEqual({ 'x-user': 'u', traceparent: 't' });
  expect(decodeSeldonProto(messagesOf(body)[0] as Buffer).meta.puid).toBe('mine');
});

test('a drain lets what is under way finish, refuses what comes then for another server to take, and closes', async () => {
  const held = heldPredictor();
  const { client, server } = await start(held.predictor, { drainMs: 20_000 });
  const first = client.ask(predict, [grpcFrame(row)]);
  await held.arrived(1);
  const told = once(client.session, 'goaway');
  const closing = server.close();
  await told;
  held.release();
  expect((await first).status).toBe('0');
  await closing;
  await expect.poll(() => client.session.closed).toBe(true);
});
