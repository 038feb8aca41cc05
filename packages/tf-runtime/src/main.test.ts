import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Artifact } from '@switchyard/artifact';
import { conformance, type ServerProcess, startServer } from '@switchyard/conformance';
import { digits, trainSoftmax, type Softmax } from './test/softmax.ts';

const softmax: Softmax = await trainSoftmax();
await softmax.publish();
const row = Array.from(digits(softmax.split, 1));

const startRuntime = (model = 'digits') => startServer(new URL('main.ts', import.meta.url), { store: softmax.folder, model });

conformance('tf-runtime', async () => {
  const runtime = await startRuntime();
  await runtime.ready();
  const { http, grpc } = runtime;
  const stop = async () => void (await runtime.stop());
  return { http, grpc, model: 'digits', row, width: 784, classes: 10, range: { min: 0, max: 1 }, badValue: 254, stop };
});

describe('in a process of its own', () => {
  const started: ServerProcess[] = [];
  const start = async (model: string): Promise<ServerProcess> => {
    const runtime = await startRuntime(model);
    started.push(runtime);
    return runtime;
  };
  let runtime: ServerProcess;

  beforeAll(async () => {
    runtime = await start('digits');
    await runtime.ready();
  });
  afterAll(() => Promise.all(started.map((each) => each.stop())));

  const load = () => fetch(`${runtime.http}/v2/repository/models/digits/load`, { method: 'POST' });

  async function predict(): Promise<{ data: { names: string[]; ndarray: number[][] } }> {
    const response = await fetch(`${runtime.http}/api/v1.0/predictions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ data: { ndarray: [row] } }),
    });
    expect(response.status).toBe(200);
    return (await response.json()) as Awaited<ReturnType<typeof predict>>;
  }

  async function flipByte({ directory }: Artifact): Promise<void> {
    const file = join(directory, 'tfjs/weights.bin');
    const bytes = await readFile(file);
    bytes[100]! ^= 1;
    await chmod(file, 0o644);
    await writeFile(file, bytes);
  }

  test('answers with the class names that clients of Seldon expect', async () => {
    const { data } = await predict();
    expect(data.names).toEqual(softmax.split.train.classNames.map((name) => `class:${name}`));
    expect(data.ndarray[0]?.indexOf(Math.max(...data.ndarray[0]))).toBe(softmax.split.test.labels[0]);
  });

  test('says in its metadata what computes', async () => {
    const metadata = (await (await fetch(`${runtime.http}/metadata`)).json()) as { custom: Record<string, string>; platform: string };
    expect(metadata.platform).toBe('tensorflow');
    expect(metadata.custom).toMatchObject({ backend: expect.stringMatching(/^(native|wasm|plain)$/) });
  });

  test('a flipped byte of a new version is refused, and the version before goes on serving', async () => {
    const before = await predict();
    await flipByte(await softmax.publish());
    const response = await load();
    expect(response.ok).toBe(false);
    expect(await response.text()).toContain('tfjs/weights.bin');
    expect((await predict()).data).toEqual(before.data);
  });

  test('a version whose layers are not what it states is refused, and the version before goes on serving', async () => {
    const { signature } = softmax.draft;
    const foreign = { ...signature, inputs: [{ ...signature.inputs[0]!, shape: [-1, 783] }] };
    const before = await predict();
    await softmax.publish({ draft: { signature: foreign } });
    const response = await load();
    expect(response.ok).toBe(false);
    expect(await response.text()).toContain('its signature states input \\"x\\" as FP32 [-1, 783], but its layers have FP32 [-1, 784]');
    expect((await predict()).data).toEqual(before.data);
  });

  test('a runtime that has no other version listens, is not ready, and says why', async () => {
    await softmax.store.publish('broken', async (directory) => {
      await writeFile(join(directory, 'weights.bin'), 'x');
      return softmax.draft;
    });
    const other = await start('broken');
    expect(await other.notReady(/model\.json/)).toBe('model "broken" version 1: tfjs/model.json is missing');
    expect((await fetch(`${other.http}/ready`)).status).toBe(503);
    expect((await fetch(`${other.http}/live`)).status).toBe(200);
    expect(await other.stop()).toBe(0);
  });
});
