// One side of the prediction, a process of its own: predict.ts ours STORE MODEL | onnx FILE → one line of JSON by batch size
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { openStore, type Artifact } from '@switchyard/artifact';
import { loadDataset } from '@switchyard/dataset';
import type { Tensor } from '@switchyard/protocol';
import { installOnnxRuntime } from '../lib/onnx-runtime.ts';
import { mainOf } from '../main-job/models.ts';

/** What of tf-runtime is measured. */
type Runtime = {
  loadTensorFlowModel(artifact: Artifact): Promise<{ predict(inputs: readonly Tensor[]): unknown }>;
};
type Predict = (rows: Float32Array, count: number) => unknown;

const [side, place, model] = process.argv.slice(2) as [string, string, string];
const { test } = await loadDataset('mnist');
const pixels = Float32Array.from(test.features, (value) => value / 255);
const predict = await (side === 'ours' ? ours(place, model) : onnx(place));

const found: Record<number, { wallMs: number; cpuMs: number }> = {};
for (const [size, calls] of [
  [1, 1000],
  [64, 150],
  [256, 60],
] as const) {
  let wallMs = Infinity;
  let cpu = process.cpuUsage();
  for (let call = -20; call < calls; call++) {
    if (call === 0) cpu = process.cpuUsage();
    const at = Math.abs(call % 35) * size;
    const rows = pixels.subarray(at * 784, (at + size) * 784);
    const began = performance.now();
    const answer = predict(rows, size);
    if (answer instanceof Promise) await answer;
    if (call >= 0) wallMs = Math.min(wallMs, performance.now() - began);
  }
  const { user, system } = process.cpuUsage(cpu);
  found[size] = { wallMs, cpuMs: (user + system) / 1000 / calls };
}
console.log(JSON.stringify(found));
process.exit(0);

/** As the runtime has it: its own model, loaded from the artifact that the trainer published. */
async function ours(store: string, name: string): Promise<Predict> {
  const runtime = pathToFileURL(join(mainOf('tf-runtime'), '../model.ts')).href;
  const { loadTensorFlowModel } = (await import(runtime)) as Runtime;
  const loaded = await loadTensorFlowModel(await openStore(store).open({ name }));
  return (data, rows) => loaded.predict([{ name: 'x', datatype: 'FP32', shape: [rows, 784], data }]);
}

async function onnx(file: string): Promise<Predict> {
  const { InferenceSession, Tensor: OnnxTensor } = installOnnxRuntime();
  const session = await InferenceSession.create(file, {});
  const [input] = session.inputNames as [string];
  return (data, rows) => session.run({ [input]: new OnnxTensor('float32', data, [rows, 784]) }, session.outputNames);
}
