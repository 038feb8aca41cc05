import { expect, onTestFinished, test, vi } from 'vitest';
import type { Draft } from '@switchyard/artifact';
import type { Tensor } from '@switchyard/protocol';
import type { Model } from '@switchyard/server';
import { openTensorFlow, saveLayersModel, type LayersModel } from '@switchyard/tensorflow';
import { loadTensorFlowModel } from './model.ts';
import { digits, trainSoftmax } from './test/softmax.ts';

const softmax = await trainSoftmax();
const { tf, backend } = await openTensorFlow();
const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});

const mlp = (): LayersModel =>
  tf.sequential({
    layers: [
      tf.layers.dense({ units: 64, activation: 'relu', inputShape: [784] }),
      tf.layers.batchNormalization(),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.dense({ units: 10, activation: 'softmax' }),
    ],
  });

const cnn = (): LayersModel =>
  tf.sequential({
    layers: [
      tf.layers.reshape({ targetShape: [28, 28, 1], inputShape: [784] }),
      tf.layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu' }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 10, activation: 'softmax' }),
    ],
  });

async function load(layers: LayersModel, draft: Partial<Draft> = {}): Promise<Model> {
  const model = await loadTensorFlowModel(await softmax.publish({ draft, files: await saveLayersModel(layers) }));
  onTestFinished(() => {
    model.dispose();
    layers.dispose();
  });
  return model;
}

async function expectTheSame(model: Model, layers: LayersModel, rows: number): Promise<void> {
  const input: Tensor = { name: 'x', datatype: 'FP32', shape: [rows, 784], data: digits(softmax.split, rows) };
  const [answer] = await model.predict([input]);
  const expected = tf.tidy(() =>
    (layers.predict(tf.tensor(input.data as Float32Array, [rows, 784])) as ReturnType<typeof tf.tensor>).dataSync(),
  );
  expect(answer).toMatchObject({ shape: [rows, 10] });
  expect([...answer!.data]).toEqual([...expected].map((value) => expect.closeTo(value, 5)));
}

test.each([
  ['MLP', mlp],
  ['CNN', cnn],
])('a %s answers as its layers do, for any number of rows', async (_, make) => {
  const layers = make();
  const model = await load(layers);
  for (const rows of [1, 7, 64, 1]) await expectTheSame(model, layers, rows);
  expect(warned).not.toHaveBeenCalled();
});

test('layers that make no graph answer all the same, and a warning says why', async () => {
  const layers = mlp();
  const { inputs, outputs } = softmax.draft.signature;
  const model = await load(layers, { signature: { inputs, outputs: [{ ...outputs[0]!, name: 'a word of two' }] } });
  for (const rows of [1, 7]) await expectTheSame(model, layers, rows);
  const warning = /^model "digits" version \d+ runs layer by layer: output "a word of two" cannot be a name/;
  if (backend === 'native') expect(warned).toHaveBeenCalledWith(expect.stringMatching(warning));
  else expect(warned).not.toHaveBeenCalled();
});
