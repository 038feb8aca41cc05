import { beforeAll, describe, expect, test } from 'vitest';
import type { Signature, Tensor } from '@switchyard/protocol';
import { library as tf } from '../library.ts';
import { openTensorFlow } from '../tensorflow.ts';
import { models } from '../test/layers-models.ts';
import { whyNotNative } from '../test/native.ts';
import { compileLayers } from './compile-layers.ts';

const signature: Signature = {
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 11] }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, -1], columns: ['a', 'b'] }],
};
const signatureOf = (units: number): Signature => ({ ...signature, outputs: [{ ...signature.outputs[0]!, shape: [-1, units] }] });

beforeAll(() => openTensorFlow());

describe.skipIf(whyNotNative())('on the native backend', () => {
  test('answers as the layers do, for any number of rows, with no tensor left and with the names of columns', () => {
    const model = models['softmax']!(tf);
    const units = model.outputs[0]!.shape[1] as number;
    const graph = compileLayers(model, signatureOf(units));
    for (const rows of [1, 3, 64]) {
      const x = tf.randomUniform([rows, 11], -2, 2, 'float32', rows);
      const own = model.apply(x) as typeof x;
      const [expected, data] = [own.dataSync(), x.dataSync() as Float32Array];
      tf.dispose([own, x]);
      const before = tf.memory().numTensors;
      const [answer] = graph.predict([{ name: 'x', datatype: 'FP32', shape: [rows, 11], data }]) as [Tensor];
      expect(tf.memory().numTensors).toBe(before);
      expect(answer).toMatchObject({ name: 'y', datatype: 'FP32', shape: [rows, units], columns: ['a', 'b'] });
      (answer.data as Float32Array).forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 6));
    }
    graph.dispose();
    model.dispose();
  });

  test('has the weights that the layers had, whatever becomes of them', () => {
    const model = models['softmax']!(tf);
    const graph = compileLayers(model, signatureOf(model.outputs[0]!.shape[1] as number));
    const row: Tensor = { name: 'x', datatype: 'FP32', shape: [1, 11], data: new Float32Array(11).fill(0.5) };
    const before = graph.predict([row])[0]!.data;
    model.dispose();
    expect(graph.predict([row])[0]!.data).toEqual(before);
    graph.dispose();
  });

  test('says what cannot be a graph', () => {
    const model = models['softmax']!(tf);
    expect(() => compileLayers(model, signatureOf(4711))).toThrow('the signature states output "y" as FP32 [-1,4711]');
    model.dispose();
  });
});

test.skipIf(whyNotNative() === undefined)('says which backend it needs', () => {
  const model = models['softmax']!(tf);
  expect(() => compileLayers(model, signature)).toThrow('only the native backend');
});
