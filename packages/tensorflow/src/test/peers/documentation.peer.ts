import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { library as tf } from '../../library.ts';
import { loadOnnx } from '../../onnx/load-onnx.ts';
import { loadSavedModel } from '../../saved-model/load-saved-model.ts';
import { saveSavedModel } from '../../saved-model/save-saved-model.ts';
import { openTensorFlow } from '../../tensorflow.ts';
import { savedModelIn } from '../python-models.ts';
import { runCode } from './python.ts';

const page = readFileSync(new URL('../../../../../docs/bringing-tensorflow.md', import.meta.url), 'utf8');
const [keras = '', module = '', onnx = '', reading = ''] = [...page.matchAll(/```python\n([^]*?)```/g)].map(([, code]) => code);
const folder = mkdtempSync(join(tmpdir(), 'tensorflow-page-'));
afterAll(() => rmSync(folder, { recursive: true }));
await openTensorFlow({ backend: 'native' });

test('the model of Keras is one that is loaded', async () => {
  runCode(keras, folder);
  const { signature, dispose } = await loadSavedModel(savedModelIn(join(folder, 'digits')));
  expect(signature.inputs).toEqual([{ name: 'pixels', datatype: 'FP32', shape: [-1, 784] }]);
  expect(signature.outputs).toMatchObject([{ datatype: 'FP32', shape: [-1, 10] }]);
  dispose();
});

test('the tf.Module is one that is loaded', async () => {
  runCode(module, folder);
  const { signature, dispose } = await loadSavedModel(savedModelIn(join(folder, 'scores')));
  expect(signature.outputs.map(({ name, datatype }) => [name, datatype])).toEqual([
    ['best', 'INT64'],
    ['scores', 'FP32'],
  ]);
  dispose();
});

test('the model of scikit-learn is one that is loaded', async () => {
  runCode(onnx, folder);
  const model = await loadOnnx({ 'onnx/model.onnx': Uint8Array.from(readFileSync(join(folder, 'wine.onnx'))) });
  const { inputs, outputs } = model.signature;
  expect([inputs[0]!.shape, outputs.map(({ datatype, shape }) => [datatype, shape])]).toEqual([
    [-1, 13],
    [
      ['INT64', [-1]],
      ['FP32', [-1, 3]],
    ],
  ]);
  model.dispose();
});

test('a model of ours is read as it says', () => {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 10, inputShape: [784], activation: 'softmax' })] });
  const spec = (name: string, width: number) => ({ name, datatype: 'FP32' as const, shape: [-1, width] });
  const files = saveSavedModel(model, { inputs: [spec('x', 784)], outputs: [spec('probabilities', 10)] });
  for (const [path, bytes] of Object.entries(files)) {
    const target = join(folder, 'models/digits/1', path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, bytes);
  }
  expect(runCode(reading, folder)).toContain('tf.Tensor([[0.1 0.1 0.1 0.1 0.1 0.1 0.1 0.1 0.1 0.1]], shape=(1, 10), dtype=float32)');
});
