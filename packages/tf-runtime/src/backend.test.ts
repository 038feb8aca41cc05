import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { type ServerProcess, startServer } from '@switchyard/conformance';
import { digits, trainSoftmax } from './test/softmax.ts';

const softmax = await trainSoftmax();
await softmax.publish();
const row = Array.from(digits(softmax.split, 1));
const main = new URL('main.ts', import.meta.url);

const text = async (url: string): Promise<string> => (await fetch(url)).text();
const info = ({ http }: ServerProcess): Promise<string[]> => figures(http, /^switchyard_model_info/);
const figures = async (http: string, wanted: RegExp): Promise<string[]> =>
  (await text(`${http}/metrics`)).split('\n').filter((line) => wanted.test(line));

describe.each(['wasm', 'plain'] as const)('told to compute by %s', (backend) => {
  let runtime: ServerProcess;
  afterAll(() => runtime.stop());

  test('does, and says so in metadata and metrics', async () => {
    runtime = await startServer(main, { store: softmax.folder, model: 'digits', backend });
    await runtime.ready();
    const metadata = JSON.parse(await text(`${runtime.http}/metadata`)) as { custom: Record<string, string> };
    expect(metadata.custom).toMatchObject({ backend, 'backend-reason': expect.stringContaining('as asked for') });
    expect(await info(runtime)).toEqual([`switchyard_model_info{model="digits",version="1",backend="${backend}"} 1`]);
    const answer = await fetch(`${runtime.http}/v1/models/digits:predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ instances: [row] }),
    });
    expect(answer.status).toBe(200);
    const tensors = await figures(runtime.http, /^switchyard_(native_)?tensors /);
    expect(tensors).toEqual([expect.stringMatching(/^switchyard_tensors [1-9]/), 'switchyard_native_tensors 0']); // the weights
  });
});

test('metrics follow the version that serves, and name none where none does', async () => {
  const runtime = await startServer(main, { store: softmax.folder, model: 'digits', backend: 'plain' });
  await runtime.ready();
  const { manifest } = await softmax.publish();
  const repository = `${runtime.http}/v2/repository/models/digits`;
  await fetch(`${repository}/load`, { method: 'POST' });
  expect(await info(runtime)).toEqual([`switchyard_model_info{model="digits",version="${manifest.version}",backend="plain"} 1`]);
  await fetch(`${repository}/unload`, { method: 'POST' });
  expect(await info(runtime)).toEqual([]);
  expect(await runtime.stop()).toBe(0);
});

test.each([
  ['native', 'TensorFlow cannot start; no native backend: its library is not set up'],
  ['gpu', '--backend "gpu": Invalid option'],
])('told to compute by %s, which is not there, ends with a word', async (backend, words) => {
  const flags = ['--conditions=@switchyard/source', main.pathname, '--store', softmax.folder, '--model=digits', `--backend=${backend}`];
  const env = { ...process.env, SWITCHYARD_TENSORFLOW_LIBRARY: '/nowhere', SWITCHYARD_LOG_LEVEL: 'silent' };
  const ended = promisify(execFile)(process.execPath, flags, { env, timeout: 120_000 });
  await expect(ended).rejects.toMatchObject({ stderr: expect.stringContaining(words) as string, killed: false });
});
