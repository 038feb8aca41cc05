import { beforeAll, describe, expect, test } from 'vitest';
import type { Signature } from '@switchyard/protocol';
import { library as tf } from '../library.ts';
import { openTensorFlow } from '../tensorflow.ts';
import { models } from '../test/layers-models.ts';
import { whyNotNative } from '../test/native.ts';
import { loadSavedModel } from './load-saved-model.ts';
import { saveSavedModel } from './save-saved-model.ts';

beforeAll(() => openTensorFlow());

const signatureOf = ({
  inputs,
  outputs,
}: {
  inputs: { shape: (number | null)[] }[];
  outputs: { shape: (number | null)[] }[];
}): Signature => {
  const spec = (name: string, shape: (number | null)[]) => ({ name, datatype: 'FP32' as const, shape: shape.map((size) => size ?? -1) });
  return {
    inputs: inputs.map(({ shape }, at) => spec(at === 0 ? 'x' : `x${at}`, shape)),
    outputs: outputs.map(({ shape }) => spec('y', shape)),
  };
};

test.skipIf(whyNotNative() === undefined)('says which backend it needs', () => {
  const model = models['softmax']!(tf);
  expect(() => saveSavedModel(model, signatureOf(model))).toThrow('only the native backend of TensorFlow can write a SavedModel');
});

describe.skipIf(whyNotNative())('on the native backend', () => {
  test.each(Object.keys(models))('"%s" answers from its SavedModel as it does, for any number of rows', async (name) => {
    const model = models[name]!(tf);
    const signature = signatureOf(model);
    const files = saveSavedModel(model, signature);
    const before = tf.memory().numTensors;
    const loaded = await loadSavedModel(files);
    expect(loaded.signature).toEqual(signature);
    for (const rows of [1, 5, 7, 64]) {
      const given = model.inputs.map(({ shape }, at) =>
        tf.randomUniform([rows, ...(shape.slice(1) as number[])], -2, 2, 'float32', at + rows),
      );
      const own = model.apply(given.length === 1 ? given[0]! : given) as (typeof given)[0];
      const inputs = given.map((each, at) => ({ ...signature.inputs[at]!, shape: each.shape, data: each.dataSync() as Float32Array }));
      const [answer] = loaded.predict(inputs);
      expect(answer?.shape).toEqual(own.shape);
      const expected = own.dataSync();
      const difference = (answer!.data as Float32Array).reduce((most, value, at) => Math.max(most, Math.abs(value - expected[at]!)), 0);
      expect(difference).toBeLessThan(2e-6);
      tf.dispose([own, ...given]);
    }
    expect(tf.memory().numTensors).toBe(before);
    expect(saveSavedModel(model, signature)).toEqual(files);
    loaded.dispose();
    model.dispose();
  });

  test('what it cannot write it names', () => {
    const model = models['softmax']!(tf);
    const { inputs, outputs } = signatureOf(model);
    expect(() => saveSavedModel(model, { inputs: [{ ...inputs[0]!, shape: [-1, 5] }], outputs })).toThrow(
      'the signature states input "x" as FP32 [-1,5], but the model has [-1,11]',
    );
    expect(() => saveSavedModel(model, { inputs: [{ ...inputs[0]!, name: 'an x' }], outputs })).toThrow('"an x" cannot be a name');
    expect(() => saveSavedModel(model, { inputs, outputs: [] })).toThrow('the signature has 0 outputs, but the model 1');
    const anyWidth = tf.input({ shape: [null, 3] });
    const wide = tf.model({ inputs: anyWidth, outputs: tf.layers.dense({ units: 2 }).apply(anyWidth) as typeof anyWidth });
    expect(() => saveSavedModel(wide, signatureOf(wide))).toThrow('only the rows may be of any number');
  });
});
