import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { conformance, grpcClient, type ServerProcess, startServer } from '@switchyard/conformance';
import { forestPredictor } from '@switchyard/forest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { floatsOf, inferRaw } from './test/binary-client.ts';
import { accuracy, asSent, trainDigits, type Digits } from './test/digits.ts';

/** JSON as a client sees it: looked into, not trusted. */
// oxlint-disable-next-line typescript/no-explicit-any
type Json = any;

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
  const post = async (path: string, body: unknown): Promise<Json> => {
    const response = await fetch(`${runtime.http}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return response.json();
  };
  /** The predicted classes of raw float32 rows. */
  async function classify(rows: Float32Array): Promise<number[]> {
    const answer = await inferRaw(runtime.http, 'digits', 784, rows).answer;
    expect(answer.status).toBe(200);
    const shares = floatsOf(answer);
    return Array.from({ length: shares.length / 10 }, (_, row) => {
      const each = shares.subarray(row * 10, (row + 1) * 10);
      return each.indexOf(Math.max(...each));
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
      post('/api/v1.0/predictions', { meta: { tags: { contributions: true } }, data: { ndarray: [row] } }),
      post('/v2/models/digits/infer', {
        parameters: { contributions: '7' },
        inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 784], data: row }],
      }),
    ]);
    type Explained = { meta: { tags: { contributions: [{ class: string; bias: number; values: number[] }] } } };
    const [explanation] = (seldon as Explained).meta.tags.contributions;
    const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
    expect(explanation.class).toBe('7');
    expect(explanation.bias + sum(explanation.values)).toBeCloseTo(ndarray[0]![7]!, 6);
    const { outputs } = oip as { outputs: { name: string; shape: number[]; data: number[] }[] };
    expect(outputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['probabilities', [1, 10]],
      ['contributions', [1, 784]],
      ['contributions_bias', [1]],
    ]);
    expect(outputs[1]!.data).toEqual(explanation.values);
  });

  test('gives leaves and votes where they are asked for: by tags, by names of outputs, over gRPC', async () => {
    const forest = forestPredictor(digits.forest);
    const pixels = digits.test.features.subarray(0, 784) as Uint8Array;
    const counts = new Uint32Array(10);
    const winner = forest.vote(pixels, 1, counts)[0]!;
    const leaves = [...forest.leaves(pixels, 1)];

    const seldon = await post('/api/v1.0/predictions', { meta: { tags: { leaves: true, votes: true } }, data: { ndarray: [row] } });
    expect(seldon).toMatchObject({ meta: { tags: { leaves: [leaves], votes: [{ class: String(winner), votes: [...counts] }] } } });

    const inputs = [{ name: 'x', datatype: 'FP32', shape: [1, 784], data: row }];
    const names = ['leaves', 'votes_class', 'probabilities', 'contributions'];
    const oip = await post('/v2/models/digits/infer', {
      inputs,
      outputs: names.map((name) => ({ name })),
      parameters: { contributions: '7' },
    });
    const [first, second, ...others] = oip.outputs as { name: string; data: number[] }[];
    expect(first).toEqual({ name: 'leaves', datatype: 'UINT32', shape: [1, 30], data: leaves });
    expect(second).toEqual({ name: 'votes_class', datatype: 'UINT16', shape: [1], data: [winner] });
    expect(others.map(({ name }) => name)).toEqual(['probabilities', 'contributions']);
    expect((await post('/v2/models/digits/infer', { inputs })).outputs).toHaveLength(1);

    const client = grpcClient('inference.GRPCInferenceService', runtime.grpc);
    const answer = await client.call('ModelInfer', {
      model_name: 'digits',
      inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 784], contents: { fp32_contents: row } }],
      outputs: [{ name: 'leaves' }, { name: 'votes' }],
    });
    expect(answer.outputs.map((output: Json) => output.contents.uint_contents)).toEqual([leaves, [...counts]]);
    const { properties } = await client.call('ModelMetadata', { name: 'digits' });
    expect(properties).toMatchObject({ 'optional.leaves': 'UINT32 [-1, 30]', 'optional.votes_class': 'UINT16 [-1]' });
    client.close();
  });

  test('explains a large batch off the event loop: requests that come after it are answered before it', async () => {
    const answered: string[] = [];
    const outputs = ['contributions', 'leaves'].map((name) => ({ name }));
    const large = inferRaw(runtime.http, 'digits', 784, asSent(digits.test, 0, 4000), { outputs });
    const done = large.answer.then(() => answered.push('large'));
    await large.sent; // the next requests come after it
    expect((await fetch(`${runtime.http}/v2/health/ready`)).status).toBe(200);
    answered.push('health');
    await predict([row]);
    answered.push('row');
    await done;
    expect(answered).toEqual(['health', 'row', 'large']);
    expect((await large.answer).outputs).toMatchObject([{ shape: [4000, 784] }, { shape: [4000, 30] }]);
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
