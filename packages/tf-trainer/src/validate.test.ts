import { describe, expect, test, vi } from 'vitest';
import { createDataset } from '@switchyard/dataset';
import { openTensorFlow, type Tensor, type Tensor2D } from '@switchyard/tensorflow';
import { rowLosses } from './loss.ts';
import { predictRows } from './predict.ts';
import { rowsOf } from './rows.ts';
import dropoutNet from './test/models/dropout-net.ts';
import { seeded } from './seeded.ts';
import { trainable, type TargetScale } from './trainable.ts';
import { createValidator } from './validate.ts';

const { tf, backend } = await openTensorFlow();
const features = Float32Array.from({ length: 1207 * 6 }, (_, at) => Math.sin(at * at)); // two sizes of batches: 1000 rows, and 207

const classes = rowsOf(
  createDataset({
    name: 'waves',
    rows: 1207,
    shape: [2, 3],
    features,
    labels: Uint8Array.from({ length: 1207 }, (_, row) => row % 3),
    classNames: ['a', 'b', 'c'],
  }),
  { scale: 1, offset: 0 },
  0,
);
const numbers = rowsOf(
  createDataset({
    name: 'numbers',
    rows: 1207,
    shape: [6],
    features,
    labels: new Uint8Array(1207),
    targets: Float64Array.from({ length: 1207 }, (_, row) => 50 + (row % 7)),
    classNames: ['value'],
  }),
  { scale: 1, offset: 0 },
  0,
);
const target: TargetScale = { mean: 53, deviation: 2 };
const all = tf.tensor2d(features, [1207, 6]);

/** Batches normalised and dropout where classes are told, one layer where it is a number. */
const build = (scale?: TargetScale) =>
  seeded(1, 1, () => {
    const input = { shape: scale ? [6] : [2, 3], width: 6 };
    const signature = { input, output: scale ? { units: 1 } : { units: 3, classNames: ['a', 'b', 'c'] } };
    const line = () => tf.sequential({ layers: [tf.layers.dense({ inputShape: [6], units: 1 })] });
    return trainable(tf, scale ? line() : dropoutNet(signature, { tf, seed: 1 }), signature, 'test', scale);
  });

describe(`on ${backend}`, () => {
  test('classes are validated and predicted as the layers answer, with the weights of the moment, without dropout', async () => {
    const warned = vi.spyOn(console, 'warn'); // where something is not traced
    const before = [tf.memory().numTensors, tf.backend().numDataIds()];
    const model = build();
    const validator = createValidator(tf, model);
    const truth = Array.from({ length: 1207 }, (_, row) => row % 3);
    for (let round = 0; round < 3; round++) {
      const [sums, predicted] = tf.tidy(() => {
        const scores = model.scores.apply(all) as Tensor2D;
        const rows = rowLosses(tf, model.kind, scores, tf.tensor1d(truth, 'int32'));
        const most = tf.argMax(model.model.apply(all) as Tensor, 1);
        return [[...tf.stack([tf.mean(rows.losses), tf.mean(rows.right)]).dataSync()], [...most.dataSync()]];
      });
      const found = await validator.validate(classes);
      const [loss = NaN, right = NaN] = sums as number[];
      expect(found.loss).toBeCloseTo(loss, 5);
      expect(found.accuracy).toBeCloseTo(right, 6);
      expect(await validator.validate(classes)).toEqual(found);
      const answered = await predictRows(tf, model.model, classes, false);
      const sorted = (truths: ArrayLike<number>, answers: ArrayLike<number>) =>
        Array.from(truths, (each, at) => `${each} as ${answers[at]}`).toSorted();
      expect(sorted(answered.truth, answered.predicted)).toEqual(sorted(truth, predicted as number[]));
      const changed = model.model.getWeights().map((weight) => tf.tidy(() => tf.add(tf.mul(weight, 1.5), 0.1)));
      model.model.setWeights(changed);
      tf.dispose(changed);
    }
    expect(warned).not.toHaveBeenCalled();
    validator.dispose();
    model.model.dispose();
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before);
  });

  test('numbers are validated in deviations, and predicted in their unit', async () => {
    const model = build(target);
    const validator = createValidator(tf, model);
    const [scores, values] = tf.tidy(() => [
      [...(model.scores.apply(all) as Tensor).dataSync()],
      [...(model.model.apply(all) as Tensor).dataSync()],
    ]) as [number[], number[]];
    const squares = scores.map((score, row) => (score - (50 + (row % 7) - 53) / 2) ** 2 / 2);
    const { loss, accuracy } = await validator.validate(numbers, target);
    expect(accuracy).toBeUndefined();
    expect(loss).toBeCloseTo(squares.reduce((sum, square) => sum + square) / 1207, 4);
    const { predicted } = await predictRows(tf, model.model, numbers, true);
    const [found, wanted] = [predicted.toSorted(), Float64Array.from(values).toSorted()];
    found.forEach((value, at) => expect(value).toBeCloseTo(wanted[at] as number, 4));
    validator.dispose();
    model.model.dispose();
  });
});
