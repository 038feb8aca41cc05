import { cp, mkdir, mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileStore, type Artifact, type Draft } from '@switchyard/artifact';
import { conformance, grpcClient, startServer } from '@switchyard/conformance';
import { findOnnxRuntime } from '@switchyard/tensorflow';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { loadTensorFlowModel } from './model.ts';

const fixtures = fileURLToPath(new URL('../../tensorflow/src/fixtures/onnx/', import.meta.url)); // what Python wrote
const folder = await mkdtemp(join(tmpdir(), 'tf-runtime-onnx-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const x = { name: 'x', datatype: 'FP32', shape: [-1, 4], range: { min: 0, max: 1 } } as const;
const probabilities = { name: 'probabilities', datatype: 'FP32', shape: [-1, 3], columns: ['a', 'b', 'c'] } as const;
const draft: Draft = {
  format: 'onnx',
  signature: { inputs: [x], outputs: [probabilities] },
  metrics: {},
  hyperparameters: {},
  seed: 0,
  dataset: { name: 'unknown', digest: '0'.repeat(64), rows: 0 },
  producer: 'tf-runtime-tests@0.1.0',
};

const publish = (model: string, changes: Partial<Draft> = {}, damage?: (file: string) => Promise<void>): Promise<Artifact> =>
  fileStore(folder).publish(model, async (directory) => {
    const file = join(directory, 'onnx/model.onnx');
    await mkdir(join(directory, 'onnx'));
    await cp(join(fixtures, `${model}.onnx`), file);
    await damage?.(file);
    return { ...draft, ...changes };
  });

/** CI installs onnxruntime-node, and fails without; elsewhere these tests are left out, and `npm test` says so. */
function without(): boolean {
  try {
    return findOnnxRuntime() === undefined;
  } catch {
    return !process.env['CI'];
  }
}

async function start(model: string): ReturnType<typeof startServer> {
  const runtime = await startServer(new URL('main.ts', import.meta.url), { store: folder, model });
  await runtime.ready();
  return runtime;
}

describe.skipIf(without())('of ONNX', () => {
  conformance('tf-runtime', async () => {
    await publish('mlp');
    const { http, grpc, stop } = await start('mlp');
    const row = [0.5, 0.25, 1, 0];
    return { http, grpc, model: 'mlp', row, width: 4, classes: 3, range: x.range, badValue: 254, stop: async () => void (await stop()) };
  });

  test('several tensors of several datatypes go in and out, by REST and gRPC', async () => {
    const whole = { name: 'kind', datatype: 'INT64', shape: [-1] } as const;
    const float = (name: string, ...shape: number[]) => ({ name, datatype: 'FP32' as const, shape });
    const inputs = [float('x', -1, 3), whole, float('words', -1, -1, 2)];
    await publish('several', { signature: { inputs, outputs: [{ ...whole, name: 'best' }, float('mean', -1, 1, 2)] } });
    const runtime = await start('several');
    onTestFinished(async () => void (await runtime.stop()));
    const given = (kind: number) => [
      { name: 'words', datatype: 'FP32', shape: [2, 3, 2], data: [1, 2, 3, 4, 5, 6, 0, 0, 0, 3, 0, 6] },
      { name: 'x', datatype: 'FP32', shape: [2, 3], data: [1, 0, 0, 0, 1, 0] },
      { name: 'kind', datatype: 'INT64', shape: [2], data: [5, kind] },
    ];
    const headers = { 'content-type': 'application/json' };
    const ask = (kind: number) =>
      fetch(`${runtime.http}/v2/models/several/infer`, { method: 'POST', headers, body: JSON.stringify({ inputs: given(kind) }) });
    const answer = (await (await ask(0)).json()) as { outputs: { name: string; shape: number[]; data: number[] }[] };
    expect(answer.outputs).toEqual([
      { name: 'best', datatype: 'INT64', shape: [2], data: [expect.any(Number), expect.any(Number)] },
      { name: 'mean', datatype: 'FP32', shape: [2, 1, 2], data: [3, 4, 0, 3] },
    ]);
    const outside = await ask(6);
    expect(outside.status).toBe(400);
    expect(await outside.text()).toContain('operation Gather: indices element out of data bounds, idx=6');
    const client = grpcClient('inference.GRPCInferenceService', runtime.grpc);
    onTestFinished(() => client.close());
    const typed = given(0).map(({ data, datatype, ...rest }) => ({
      ...rest,
      datatype,
      contents: datatype === 'INT64' ? { int64_contents: data } : { fp32_contents: data },
    }));
    const { outputs } = await client.call('ModelInfer', { model_name: 'several', inputs: typed });
    expect(outputs.map((each: { name: string }) => each.name)).toEqual(['best', 'mean']);
    const metadata = (await (await fetch(`${runtime.http}/metadata`)).json()) as { custom: Record<string, string> };
    expect(metadata.custom).toMatchObject({ backend: 'onnxruntime', operators: 'ai.onnx 17' });
    expect(await runtime.stop()).toBe(0);
  });

  test.each([
    [
      'another signature',
      { inputs: [{ ...x, shape: [-1, 5] }], outputs: [probabilities] },
      'input "x" as FP32 [-1, 5], but the model has FP32 [-1, 4]',
    ],
    ['another name', { inputs: [x], outputs: [{ ...probabilities, name: 'p' }] }, 'states output "p", but the model has "probabilities"'],
  ])('%s than the model has is refused', async (_, signature, message) => {
    const error = { code: 'FOREIGN', message: expect.stringContaining(message) };
    await expect(publish('mlp', { signature }).then(loadTensorFlowModel)).rejects.toMatchObject(error);
  });

  test('half a file is refused', async () => {
    const half = publish('mlp', {}, (file) => truncate(file, 200));
    const error = { code: 'CORRUPT', message: expect.stringMatching(/^model "mlp" version \d+: model\.onnx is damaged at byte \d+/) };
    await expect(half.then(loadTensorFlowModel)).rejects.toMatchObject(error);
  });
});
