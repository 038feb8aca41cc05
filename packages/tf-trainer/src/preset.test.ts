import { beforeAll, expect, test } from 'vitest';
import { loadLayersModel, openTensorFlow, saveLayersModel, type Library, type Tensor } from '@switchyard/tensorflow';
import { createDataset } from '@switchyard/dataset';
import { fit, type FitOptions } from './fit.ts';
import type { ModelSignature } from './model-function.ts';
import { optimizers } from './optimizer.ts';
import { presets, type PresetName } from './preset.ts';
import { rowsOf } from './rows.ts';
import { trainable } from './trainable.ts';
import { createValidator } from './validate.ts';

let tf: Library;
beforeAll(async () => void ({ tf } = await openTensorFlow({ backend: 'plain' }))); // it has the gradients of convolutions on every machine

const options: FitOptions = {
  steps: 60,
  batchSize: 30,
  learningRate: 0.01,
  schedule: 'constant',
  warmUpSteps: 0,
  decayRate: 1,
  decaySteps: 1,
  seed: 0,
  optimizer: optimizers.adam,
  classWeights: Float32Array.of(1, 1),
  monitor: 'loss',
  restoreBest: false,
  checkpointMs: 0,
  report: () => {},
  signal: new AbortController().signal,
};

/** 4×4 images with a bar that stands, or lies in the upper half. */
function bars(rows: number) {
  const features = new Uint8Array(rows * 16);
  const labels = Uint8Array.from({ length: rows }, (_, row) => row % 2);
  labels.forEach((label, row) => {
    const place = (row >> 1) % (label ? 2 : 4);
    for (let at = 0; at < 4; at++) features[row * 16 + (label ? place * 4 + at : at * 4 + place)] = 255;
  });
  return createDataset({
    name: 'bars',
    rows,
    shape: [4, 4],
    features,
    labels,
    classNames: ['standing', 'lying'],
    domain: { min: 0, max: 255 },
  });
}

const signature: ModelSignature = { input: { shape: [4, 4], width: 16 }, output: { units: 2, classNames: ['standing', 'lying'] } };

test.each(Object.keys(presets) as PresetName[])(
  '%s starts from weights that the seed decides, learns, answers probabilities, and is the same when it is loaded again',
  async (name) => {
    const before = [tf.memory().numTensors, tf.backend().numDataIds()];
    const build = (seed: number) => trainable(tf, presets[name].build(signature, { tf, seed, hiddenUnits: 8 }), signature, name);
    const [model, twin, other] = [build(1), build(1), build(2)];
    const bytes = await Promise.all([model, twin, other].map(async (each) => (await saveLayersModel(each.model))['tfjs/weights.bin']));
    expect(bytes[1]).toEqual(bytes[0]);
    if (name !== 'softmax') expect(bytes[2]).not.toEqual(bytes[0]); // which starts from zeros
    const rows = rowsOf(bars(32), { scale: 1 / 255, offset: 0 }, 0);
    const validator = createValidator(tf, model);
    const start = await validator.validate(rows);
    await fit(tf, model, rows, name === 'cnn' ? { ...options, steps: 10, batchSize: 8 } : options); // slow, without the native library
    const end = await validator.validate(rows);
    validator.dispose();
    expect(end.loss).toBeLessThan(start.loss * 0.95);
    if (name === 'cnn') expect(end.accuracy).toBeGreaterThan(0.9);
    const loaded = await loadLayersModel(await saveLayersModel(model.model));
    const answers = [model.model, loaded].map((each) => tf.tidy(() => [...(each.apply(tf.ones([1, 16])) as Tensor).dataSync()]));
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[0]!.reduce((sum, value) => sum + value)).toBeCloseTo(1, 5);
    for (const each of [model.model, twin.model, other.model, loaded]) each.dispose();
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before);
  },
);

test('cnn takes colour images and those of a table are refused', () => {
  const colour = { ...signature, input: { shape: [32, 24, 3], width: 2304 } };
  const model = presets.cnn.build(colour, { tf, seed: 0, hiddenUnits: 4 });
  expect(model.getLayer('image').outputShape).toEqual([null, 32, 24, 3]);
  model.dispose();
  const table = { ...signature, input: { shape: [4], width: 4 } };
  expect(() => presets.cnn.build(table, { tf, seed: 0, hiddenUnits: 4 })).toThrow('preset "cnn" wants images, rows of height × width');
});
