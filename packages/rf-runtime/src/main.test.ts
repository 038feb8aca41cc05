import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { conformance, type ServerProcess, startServer } from '@switchyard/conformance';
import { forestPredictor } from '@switchyard/forest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accuracy, asSent, trainDigits, type Digits } from './test/digits.ts';

const digits: Digits = await trainDigits(15_000);
await digits.publish();
const row = [...asSent(digits.test, 0, 1)];

const startRuntime = (model = 'digits') => startServer(new URL('main.ts', import.meta.url), { store: digits.folder, model });

conformance('rf-runtime', async () => {
  const runtime = await startRuntime();
  await runtime.ready();
  const { http, grpc } = runtime;
  const stop = async () => void (await runtime.stop());
  return { http, grpc, model: 'digits', row, width: 784, classes: 10, range: { min: 0, max: 1 }, badValue: 254, stop };
});

describe('in a process of its own', () => {
  const started: ServerProcess[] = [];
  const start = async (model?: string): Promise<ServerProcess> => {
    const runtime = await startRuntime(model);
    started.push(runtime);
    return runtime;
  };
  let runtime: ServerProcess;

  beforeAll(async () => {
    runtime = await start();
    await runtime.ready();
  });
  afterAll(() => Promise.all(started.map((each) => each.stop())));

  const send = (rows: readonly (readonly number[])[]) =>
    fetch(`${runtime.http}/api/v1.0/predictions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ data: { ndarray: rows } }),
    });
  const predict = async (rows: readonly (readonly number[])[]) => {
    const response = await send(rows);
    expect(response.status).toBe(200);
    return ((await response.json()) as { data: { names: string[]; ndarray: number[][] } }).data;
  };
  const load = () => fetch(`${runtime.http}/v2/repository/models/digits/load`, { method: 'POST' });
  /** The predicted classes of raw float32 rows, by the binary extension of the Open Inference Protocol. */
  async function classify(rows: Float32Array): Promise<number[]> {
    const shape = [rows.length / 784, 784];
    const inputs = [{ name: 'x', datatype: 'FP32', shape, parameters: { binary_data_size: rows.byteLength } }];
    const head = Buffer.from(JSON.stringify({ inputs }));
    const response = await fetch(`${runtime.http}/v2/models/digits/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(head.length) },
      body: Buffer.concat([head, new Uint8Array(rows.buffer)]),
    });
    expect(response.status).toBe(200);
    const { outputs } = (await response.json()) as { outputs: [{ data: number[] }] };
    return Array.from({ length: shape[0]! }, (_, row) => {
      const shares = outputs[0].data.slice(row * 10, (row + 1) * 10);
      return shares.indexOf(Math.max(...shares));
    });
  }

  test('answers with the class names that clients of Seldon expect', async () => {
    const { names, ndarray } = await predict([row]);
    expect(names).toEqual(digits.test.classNames.map((name) => `class:${name}`));
    expect(ndarray[0]!.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
  });

  test('explains its answer where it is asked to, in either protocol', async () => {
    const [{ ndarray }, seldon, oip] = await Promise.all([
      predict([row]),
      fetch(`${runtime.http}/api/v1.0/predictions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ meta: { tags: { contributions: true } }, data: { ndarray: [row] } }),
      }),
      fetch(`${runtime.http}/v2/models/digits/infer`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          parameters: { contributions: '7' },
          inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 784], data: row }],
        }),
      }),
    ]);
    type Explained = { meta: { tags: { contributions: [{ class: string; bias: number; values: number[] }] } } };
    const [explanation] = ((await seldon.json()) as Explained).meta.tags.contributions;
    const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
    expect(explanation.class).toBe('7');
    expect(explanation.bias + sum(explanation.values)).toBeCloseTo(ndarray[0]![7]!, 6);
    const { outputs } = (await oip.json()) as { outputs: { name: string; shape: number[]; data: number[] }[] };
    expect(outputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['probabilities', [1, 10]],
      ['contributions', [1, 784]],
      ['contributions_bias', [1]],
    ]);
    expect(outputs[1]!.data).toEqual(explanation.values);
  });

  // The forest of the system that this one re-creates was trained on pixels of 0..255 and was served pixels of 0..1: its accuracy fell from
  // 0.93 to between 0.15 and 0.20. The same forest, the same clients:
  test('pixels of 0..1 get the answers that the forest was trained for, where the bare forest fails', async () => {
    const { features, labels, rows } = digits.test;
    const sent = asSent(digits.test, 0, rows);
    const forest = forestPredictor(digits.forest);
    expect(accuracy(forest.predict(sent, rows), labels)).toBeLessThan(0.3);

    const served = await classify(sent);
    expect(accuracy(served, labels)).toBeGreaterThanOrEqual(0.94);
    expect(served).toEqual([...forest.predict(features, rows)]);
  });

  test('pixels of 0..255 are refused, not answered wrongly', async () => {
    const response = await send([[...digits.test.features.subarray(0, 784)]]);
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(/input \\"x\\" row 0, column \d+: \d+ is outside 0\.\.1/);
  });

  test('a flipped byte of a new version is refused, and the version before goes on serving', async () => {
    const before = await predict([row]);
    const { directory } = await digits.publish();
    const file = join(directory, 'forest.bin');
    const bytes = await readFile(file);
    bytes[1000]! ^= 1;
    await chmod(file, 0o644);
    await writeFile(file, bytes);
    const response = await load();
    expect(response.status).toBe(409);
    expect(await response.text()).toContain('forest.bin');
    expect(await predict([row])).toEqual(before);
  });

  test('a version whose forest is not what it states is refused, and the version before goes on serving', async () => {
    const { signature } = digits.draft;
    const before = await predict([row]);
    await digits.publish({ draft: { signature: { ...signature, inputs: [{ ...signature.inputs[0]!, shape: [-1, 783] }] } } });
    const response = await load();
    expect(response.status).toBe(409);
    expect(await response.text()).toContain('its signature states input [-1, 783], but the forest has 784 columns');
    expect(await predict([row])).toEqual(before);
  });

  test('a runtime that has no other version listens, is not ready, and says why', async () => {
    await digits.publish({ name: 'broken', file: Buffer.from('SWFOREST and no more') });
    const other = await start('broken');
    expect(await other.notReady(/forest/)).toBe(
      'model "broken" version 1: forest.bin: not a sound forest file: at byte 0: 20 bytes; the shortest has 40',
    );
    expect((await fetch(`${other.http}/ready`)).status).toBe(503);
    expect((await fetch(`${other.http}/live`)).status).toBe(200);
    expect(await other.stop()).toBe(0);
  });
});
