import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { closeAfter } from '../fixtures/close-after.ts';
import { someRow } from '../fixtures/linear.ts';
import { heldPredictor, serveLocally } from '../fixtures/serving.ts';

const body = JSON.stringify({ data: { ndarray: [someRow] } });
const large = 8 * 1024 ** 2;

const head = (length: number, more = ''): string =>
  `POST /api/v1.0/predictions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n${more}content-length: ${length}\r\n\r\n`;
const chunked = head(0).replace('content-length: 0', 'transfer-encoding: chunked');

/** A server that takes one request at a time and has one, and ways to ask it. */
async function full() {
  const held = heldPredictor();
  const server = closeAfter(await serveLocally(held.predictor, { drainMs: 0, maxConcurrent: 1 }));
  const inFlight = async (): Promise<number> =>
    (await server.metrics.registry.getSingleMetric('switchyard_requests_in_flight')!.get()).values[0]!.value;
  async function connection(): Promise<Socket> {
    const socket = connect(server.httpPort, '127.0.0.1');
    closeAfter({ close: () => socket.destroy() });
    await once(socket, 'connect');
    return socket;
  }
  const first = await connection();
  first.write(head(body.length) + body);
  await held.arrived(1);
  return { held, connection, inFlight, first };
}

/** What has come until there is so much of it. */
async function read(socket: Socket, wanted: RegExp): Promise<string> {
  let seen = '';
  while (!wanted.test(seen)) seen += String((await once(socket, 'data'))[0]);
  return seen;
}

test.each([
  ['says how much it sends', head(large), Buffer.alloc(large, 32)],
  ['sends chunks', chunked, Buffer.from(`${'400\r\n'.padEnd(0x400 + 5)}\r\n`.repeat(large / 0x400) + '0\r\n\r\n')],
])('who %s is refused before it has come, and may send all of it before it reads that', async (_, begin, rest) => {
  const { connection, inFlight } = await full();
  const socket = await connection();
  const failed = new Promise<never>((_, reject) => socket.once('error', reject));
  socket.write(begin);
  const answer = await Promise.race([read(socket, /\}\}$/), failed]);
  expect(answer).toMatch(/^HTTP\/1\.1 429 /);
  expect(answer.toLowerCase()).toMatch(/retry-after: 1\r\n/);
  expect(answer.toLowerCase()).toMatch(/connection: close\r\n/);
  expect(await inFlight()).toBe(1);
  await Promise.race([new Promise((sent) => socket.write(rest, sent)), failed]);
  expect(await Promise.race([text(socket), failed])).toBe(''); // closed, not reset
});

test('a client that asks before it sends is refused without being asked for its body, or told to send it', async () => {
  const { held, connection, first } = await full();
  const expecting = head(body.length, 'expect: 100-continue\r\n');
  const refused = await connection();
  refused.write(expecting);
  expect(await read(refused, /\}\}$/)).toMatch(/^HTTP\/1\.1 429 [^]*connection: close\r\n/);
  refused.destroy();
  held.release();
  await read(first, /200 OK/);
  const taken = await connection();
  taken.write(expecting);
  expect(await read(taken, /\r\n\r\n/)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
  taken.write(body);
  expect(await read(taken, /\r\n\r\n/)).toMatch(/^HTTP\/1\.1 200 /);
});

test('a body that is soon read costs nobody a connection', async () => {
  const { held, connection, first } = await full();
  const socket = await connection();
  const padded = body.padEnd(500_000);
  socket.write(head(padded.length) + padded.slice(0, 1000));
  expect(await read(socket, /\}\}$/)).not.toContain('close');
  held.release();
  await read(first, /200 OK/);
  socket.write(padded.slice(1000) + head(body.length) + body);
  expect(await read(socket, /\r\n\r\n/)).toMatch(/^HTTP\/1\.1 200 /);
});
