import { pino } from 'pino';
import { expect, test } from 'vitest';
import { blackHole, eventSinkServer, until } from '../../fixtures/event-sink-server.ts';
import { someRow } from '../../fixtures/linear.ts';
import { loggedServer } from '../../fixtures/logged-server.ts';

const body = JSON.stringify({ data: { ndarray: [someRow] } });
type Post = Awaited<ReturnType<typeof loggedServer>>['post'];

/** Each is answered, whatever becomes of the log. */
async function predict(post: Post, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const answer = await post('/api/v1.0/predictions', body, { 'seldon-puid': id });
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
  }
}

const ids = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `id-${from + index}`);
const requests = (url: string, ...more: string[]) => ['--request-log-url', url, '--request-log-mode', 'request', ...more];
const dropped = 'switchyard_request_log_dropped_total{';
const sent = 'switchyard_request_log_sent_total{';
const queued = 'switchyard_request_log_queued{';

test('while nothing listens events wait, as many as the queue takes; when it is back they are sent', async () => {
  const gone = await eventSinkServer();
  await gone.stop();
  const { post, metric } = await loggedServer(requests(gone.url, '--request-log-queue', '20'));
  await predict(post, ids(30));
  expect(await metric(dropped, 'reason="full"')).toBe(10);
  expect(await metric(queued)).toBe(20);
  const back = await eventSinkServer(() => 200, gone.port);
  await until(async () => (await metric(sent)) === 20);
  expect(back.received.map(({ headers }) => headers['ce-requestid']).toSorted()).toEqual(ids(20).toSorted());
  expect(await metric(queued)).toBe(0);
  await predict(post, ids(5, 30));
  await until(async () => (await metric(sent)) === 25);
  expect(await metric(dropped)).toBe(10);
});

test('a sink that takes connections and says nothing has four of them, and what is queued is bounded in bytes', async () => {
  const hole = await blackHole();
  const { post, metric } = await loggedServer(requests(hole.url, '--request-log-queue-mb', '0.02', '--request-log-timeout-ms', '50'));
  await predict(post, ids(60));
  expect(await metric('switchyard_request_log_queued_bytes{')).toBeLessThanOrEqual(0.02 * 1024 ** 2);
  expect((await metric(queued)) + (await metric(dropped, 'reason="full"'))).toBe(60);
  expect(await metric(queued)).toBeGreaterThan(0);
  expect(hole.sockets.size).toBeLessThanOrEqual(4);
});

test('an event that a sink answers with errors is given up; the next ones get their turn', async () => {
  const sink = await eventSinkServer(({ headers }) => (headers['ce-requestid'] === 'id-0' ? 500 : 200));
  const { post, metric } = await loggedServer(requests(sink.url));
  await predict(post, ids(3));
  await until(async () => (await metric(dropped, 'reason="failed"')) === 1 && (await metric(sent)) === 2);
  const tries = sink.received.filter(({ headers }) => headers['ce-requestid'] === 'id-0');
  expect(tries).toHaveLength(5);
  expect(new Set(tries.map(({ headers }) => headers['ce-id'])).size).toBe(1); // by which a sink knows what it has already
});

test('what a sink refuses is not sent again', async () => {
  const sink = await eventSinkServer(() => 400);
  const { post, metric } = await loggedServer(requests(sink.url));
  await predict(post, ids(3));
  await until(async () => (await metric(dropped, 'reason="refused"')) === 3);
  expect(sink.received).toHaveLength(3);
});

test('a slow sink holds up nobody, and gets all that the queue takes', async () => {
  const gate = Promise.withResolvers<number>();
  const sink = await eventSinkServer(() => gate.promise);
  const { post, metric } = await loggedServer(requests(sink.url));
  await predict(post, ids(20));
  expect(sink.received).toHaveLength(4);
  gate.resolve(200);
  await until(async () => (await metric(sent)) === 20);
});

test('what waits when the server stops is sent', async () => {
  const sink = await eventSinkServer(() => new Promise((resolve) => setTimeout(resolve, 20, 200)));
  const { post, server, metric } = await loggedServer(requests(sink.url));
  await predict(post, ids(20));
  await server.close();
  expect(sink.received).toHaveLength(20);
  expect(await metric(sent)).toBe(20);
});

test('a sink that is dead does not hold up the end: what it was to get is dropped and counted', async () => {
  const gone = await eventSinkServer();
  await gone.stop();
  const hole = await blackHole();
  for (const url of [gone.url, hole.url]) {
    const { post, server, metric } = await loggedServer(requests(url));
    await predict(post, ids(10));
    await server.close();
    expect(await metric(dropped, 'reason="closed"')).toBe(10);
    expect(await metric(sent)).toBe(0);
  }
});

test('the log says once what goes wrong', async () => {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  const sink = await eventSinkServer(() => 403);
  const { post, metric } = await loggedServer(requests(sink.url), { log });
  await predict(post, ids(5));
  await until(async () => (await metric(dropped)) === 5);
  expect(lines).toMatchObject([{ sink: sink.url, reason: 'refused', why: 'answered 403' }]);
});
