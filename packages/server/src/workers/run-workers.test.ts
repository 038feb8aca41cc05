import { expect, test, vi } from 'vitest';
import type { Status } from '@switchyard/protocol';
import { lineRuntimes } from '../fixtures/line-runtimes.ts';
import { publishLinear, someRow, someWeights } from '../fixtures/linear.ts';

const { place, start: startOne } = lineRuntimes();

/** A runtime of two workers, and the ids of its workers' processes by its log. */
function start(...args: readonly string[]) {
  const runtime = startOne(['--workers', '2', ...args]);
  const ready = (): Promise<Status> => runtime.until((status) => status.ready);
  const workers = (): number[] => [...runtime.output().matchAll(/"pid":(\d+)[^\n]*"listening"/g)].map(([, pid]) => Number(pid));
  return { ...runtime, ready, workers };
}

/** Each on a connection of its own, which workers get by turns. */
const ask = (status: Status, path: string, body?: unknown) =>
  fetch(`http://127.0.0.1:${status.httpPort}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { connection: 'close', ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
const predict = (status: Status) => ask(status, '/api/v1.0/predictions', { data: { ndarray: [someRow] } });

test('workers are one server: one port, one sum of metrics, one pause, one version, one end', async () => {
  await publishLinear(place.store, 'lines', someWeights);
  const { child, ready, workers, exit } = start();
  const status = await ready();
  expect(new Set(workers()).size).toBe(2);
  expect(workers()).not.toContain(child.pid);

  for (let request = 0; request < 10; request++) expect((await predict(status)).status).toBe(200);
  const scraped = await Promise.all([1, 2].map(async () => (await ask(status, '/metrics')).text()));
  for (const text of scraped) {
    expect(text).toMatch(/^model_infer_request_success_total\{model="lines",version="1"\} 10$/m);
    expect(text).toMatch(/^switchyard_model_info\{model="lines",version="1",backend="[^"]*"\} 1$/m);
  }

  await ask(status, '/pause', {});
  for (let times = 0; times < 4; times++) expect((await ask(status, '/ready')).status).toBe(503);
  await ask(status, '/unpause', {});
  for (let times = 0; times < 4; times++) expect((await ask(status, '/ready')).status).toBe(200);

  await publishLinear(place.store, 'lines', someWeights);
  expect((await ask(status, '/v2/repository/models/lines/load', {})).status).toBe(200);
  for (let times = 0; times < 4; times++) expect(await (await ask(status, '/v2/models/lines')).json()).toMatchObject({ versions: ['2'] });
  expect(await (await ask(status, '/v2/repository/models/nothing/load', {})).json()).toMatchObject({
    error: expect.stringContaining('nothing'),
  });

  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
  for (const pid of workers()) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('a worker that is killed is replaced, and no connection is given to one that cannot answer', async () => {
  await publishLinear(place.store, 'lines', someWeights);
  const { ready, workers } = start();
  const status = await ready();
  process.kill(workers()[0]!, 'SIGKILL');
  await vi.waitFor(() => expect(new Set(workers()).size).toBe(3), 60_000);
  const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await predict(status)).status));
  expect(new Set(statuses)).toEqual(new Set([200]));
});

test('a start that fails ends all, with words', async () => {
  await publishLinear(place.store, 'lines', someWeights);
  const first = start();
  const { httpPort } = await first.ready();
  const second = start('--http-port', `${httpPort}`);
  expect((await second.exit)[0]).toBe(1);
  expect(second.errors()).toContain(`HTTP cannot listen on 127.0.0.1:${httpPort}`);
});

test('workers end with whoever stands for them, be it by kill -9', async () => {
  await publishLinear(place.store, 'lines', someWeights);
  const { child, ready, workers } = start();
  await ready();
  child.kill('SIGKILL');
  await vi.waitFor(() => {
    for (const pid of workers()) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  }, 60_000);
});
