import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lineRuntime, lineRuntimes } from './fixtures/line-runtimes.ts';
import { publishLinear, someRow, someWeights } from './fixtures/linear.ts';
import type { Status } from '@switchyard/protocol';

const { place, start } = lineRuntimes();

const predict = (status: Status) =>
  fetch(`http://127.0.0.1:${status.httpPort}/api/v1.0/predictions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ data: { ndarray: [someRow] } }),
  });
const load = (status: Status, body = '') =>
  fetch(`http://127.0.0.1:${status.httpPort}/v2/repository/models/lines/load`, { method: 'POST', body });

// A process takes a second to start: each test goes through a whole life of one.

test('a corrupt artifact leaves it running and not ready with the reason, until a good one is there and it is told', async () => {
  await publishLinear(place.store, 'lines', someWeights);
  const file = join(place.directory, 'lines', '1', 'weights.json');
  await chmod(file, 0o644);
  await writeFile(file, '[]');
  const { child, until, output, exit } = start();
  const status = await until(({ reason }) => reason?.includes('weights.json') ?? false);
  expect(status).toMatchObject({ type: 'status', ready: false });
  expect(JSON.parse(output().split('\n')[0] ?? '')).toMatchObject({
    component: 'line-runtime',
    settings: { model: 'lines', maxBodyMb: 64 },
  });
  expect((await fetch(`http://127.0.0.1:${status.httpPort}/ready`)).status).toBe(503);
  const refused = await predict(status);
  expect(refused.status).toBe(503);
  expect(await refused.text()).toContain('weights.json');
  const failed = await load(status);
  expect(failed.status).toBe(409);
  expect(await failed.json()).toEqual({ error: expect.stringContaining('weights.json') });

  await publishLinear(place.store, 'lines', someWeights);
  child.kill('SIGHUP');
  expect((await until(({ ready }) => ready)).version).toBe('2');
  expect((await predict(status)).status).toBe(200);

  // A version that cannot be loaded does not take the place of the one that serves.
  await publishLinear(place.store, 'lines', someWeights, { format: 'foreign' });
  const foreign = await load(status);
  expect(foreign.status).toBe(409);
  expect(await foreign.text()).toContain('foreign');
  expect((await predict(status)).status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${status.httpPort}/ready`)).status).toBe(200);

  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
});

test('with reloadSeconds it follows the store by itself; it ends when its parent is gone', async () => {
  await publishLinear(place.store, 'lines', someWeights);
  const { child, until, exit } = start(['--reload-seconds', '0.05']);
  await until(({ version }) => version === '1');
  await publishLinear(place.store, 'lines', someWeights);
  await until(({ version }) => version === '2');
  child.disconnect(); // what the operating system does to the channel of a parent that is killed
  expect(await exit).toEqual([0, null]);
});

test('a missing setting is said in one line, with exit code 2', async () => {
  const child = fork(lineRuntime, [], { execArgv: ['--conditions=@switchyard/source'], stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: {} });
  let error = '';
  child.stderr?.on('data', (chunk: Buffer) => (error += chunk.toString()));
  expect(await once(child, 'close')).toEqual([2, null]);
  expect(error).toMatch(/--model/);
  expect(error).not.toMatch(/\n\s+at /);
});

test('it tries again by itself where the store was away when it started', async () => {
  await publishLinear(place.store, 'lines', someWeights);
  const { directory } = place;
  await rename(directory, `${directory}.away`);
  await writeFile(directory, 'no folder'); // as a share that is not mounted yet: neither there, nor without a model
  const { until, child, exit } = start();
  await until(({ reason }) => reason?.includes('cannot open model "lines"') ?? false);
  await rm(directory);
  await rename(`${directory}.away`, directory);
  expect(await until(({ ready }) => ready)).toMatchObject({ version: '1' });
  child.kill('SIGTERM');
  await exit;
});

test('what its deployer says of the model is in its metadata; what describes none ends it', async () => {
  await publishLinear(place.store, 'lines', someWeights);
  const bad = start(['--model-metadata', 'inputs: x']);
  expect(await bad.exit).toEqual([1, null]);
  expect(bad.errors()).toContain('MODEL_METADATA');
  const { child, until, exit } = start(['--model-metadata', 'platform: lines-and-more', '--no-include-metrics-in-client-response']);
  const { httpPort } = await until(({ ready }) => ready);
  expect(await (await fetch(`http://127.0.0.1:${httpPort}/metadata`)).json()).toMatchObject({ name: 'lines', platform: 'lines-and-more' });
  child.kill('SIGTERM');
  await exit;
});
