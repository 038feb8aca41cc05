import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { closeAfter } from '../fixtures/close-after.ts';
import { someRow } from '../fixtures/linear.ts';
import { heldPredictor, linearPredictor, serveLocally } from '../fixtures/serving.ts';
import type { Predictor } from '../predictor.ts';
import type { RunningServer, ServeOptions } from '../serve.ts';

async function start(predictor: Predictor = linearPredictor(), options: Partial<ServeOptions> = {}): Promise<RunningServer> {
  return closeAfter(await serveLocally(predictor, { drainMs: 0, ...options }));
}

async function connection(server: RunningServer): Promise<Socket> {
  const socket = connect(server.httpPort, '127.0.0.1').on('error', () => {});
  closeAfter({ close: () => socket.destroy() });
  await once(socket, 'connect');
  return socket;
}

const body = JSON.stringify({ data: { ndarray: [someRow] } });
const post = (more = '', content = body): string =>
  `POST /api/v1.0/predictions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${content.length}\r\n${more}\r\n${content}`;
const statuses = (answers: string): string[] => [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status as string);
const lives = async (server: RunningServer): Promise<void> =>
  expect((await fetch(`http://127.0.0.1:${server.httpPort}/live`)).status).toBe(200);

test.each([
  ['an address of 20 kB', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`, /^431$/, 'more than 16384 bytes'],
  ['a header of 20 kB', `GET /live HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, /^431$/, 'more than 16384 bytes'],
  [
    '300 headers',
    `GET /live HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${'a: b\r\n'.repeat(300)}\r\n`,
    /^(400|431)$/,
    'more than 200 headers',
  ],
  ['no HTTP', 'hello\r\n\r\n', /^400$/, 'no HTTP request'],
  ['two lengths', 'POST /predict HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab', /^400$/, 'no HTTP request'],
  [
    'a length and chunks',
    'POST /predict HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    /^400$/,
    'no HTTP request',
  ],
])('%s is refused, and the connection closed', async (_, sent, status, words) => {
  const server = await start();
  const socket = await connection(server);
  socket.write(sent);
  const answer = await text(socket);
  expect(statuses(answer).join()).toMatch(status);
  expect(answer).toContain(words);
  await lives(server);
});

test('headers that dribble in are cut off, and so is a body after its answer; others are served meanwhile', async () => {
  const server = await start(linearPredictor(), { requestTimeoutMs: 200 });
  const slow = await connection(server);
  const drip = setInterval(() => slow.writable && slow.write('x: y\r\n'), 100);
  slow.write('GET /live HTTP/1.1\r\n');
  const stuck = await connection(server);
  stuck.write(post('', body).slice(0, -10));
  const endless = await connection(server);
  endless.write('POST /api/v1.0/predictions HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n');
  const pour = setInterval(() => endless.writable && endless.write('1\r\na\r\n'), 50);
  await lives(server);
  const answers = await Promise.all([slow, stuck, endless].map((socket) => text(socket).catch(() => 'cut off')));
  clearInterval(drip);
  clearInterval(pour);
  expect(answers.map((answer) => statuses(answer)[0])).toEqual(['408', '504', '504']);
  expect(answers[0]).toContain('the request did not arrive whole in time; its headers may take 10 s');
  await lives(server);
});

test('requests in a row on one connection are answered in their order; those that are too many are refused', async () => {
  const held = heldPredictor();
  const server = await start(held.predictor, { maxConcurrent: 8 });
  const socket = await connection(server);
  socket.write(post().repeat(20) + post('connection: close\r\n'));
  await held.arrived(8);
  await lives(server);
  held.release();
  expect(statuses(await text(socket))).toEqual([...Array<string>(8).fill('200'), ...Array<string>(13).fill('429')]);
  expect(held.calls.length).toBe(8);
});

test('a client that closes its half is taken to be gone: its request is cancelled, and its place is free', async () => {
  const held = heldPredictor();
  const server = await start(held.predictor, { maxConcurrent: 1 });
  const socket = await connection(server);
  socket.end(post());
  await held.arrived(1);
  await once(held.calls[0]?.signal as AbortSignal, 'abort');
  expect(await text(socket)).toBe('');
  held.release();
  const { status } = await fetch(`http://127.0.0.1:${server.httpPort}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  expect(status).toBe(200);
});

test('connections beyond the most are closed at once, and taken again when others went', async () => {
  const server = await start(linearPredictor(), { maxClients: 10 });
  const held = await Promise.all(Array.from({ length: 10 }, () => connection(server)));
  const refused = await connection(server);
  expect(await text(refused).catch(() => '')).toBe('');
  held[0]?.destroy();
  const again = async (): Promise<string> => {
    const socket = await connection(server);
    socket.write('GET /live HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
    return text(socket).catch(() => '');
  };
  await expect.poll(again).toContain('200 OK');
});
