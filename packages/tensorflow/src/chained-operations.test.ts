import { beforeAll, expect, test } from 'vitest';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Library } from './library.ts';
import { openTensorFlow } from './tensorflow.ts';

let tf: Library;
beforeAll(async () => void ({ tf } = await openTensorFlow({ backend: 'plain' })));

/** The method of a tensor, by its name: their types are in the package that we do not load. */
const call = (tensor: Tensor, name: string, ...given: unknown[]): Tensor =>
  (tensor as unknown as Record<string, (...given: unknown[]) => Tensor>)[name]?.(...given) as Tensor;

test('operations are methods of a tensor, too', () => {
  const x = tf.tensor1d([1, -2, 3, -4]);
  const zeros = tf.zeros([4]);
  expect(call(call(x, 'abs'), 'sub', 1).arraySync()).toEqual([0, 1, 2, 3]);
  expect(call(call(call(x, 'as2D', 2, 2), 'transpose'), 'flatten').arraySync()).toEqual([1, 3, -2, -4]);
  expect(call(x, 'concat', zeros).shape).toEqual([8]);
  expect(call(x, 'stack', [zeros], 1).shape).toEqual([4, 2]);
  expect(call(x, 'where', call(x, 'greater', 0), zeros).arraySync()).toEqual([1, 0, 3, 0]);
  expect(call(x, 'toBool').dtype).toBe('bool');
});

test('each of them is an operation of the library', () => {
  const chained = Object.getOwnPropertyNames(tf.Tensor.prototype).filter((name) => name in tf);
  expect(chained.length).toBeGreaterThan(120);
});

test('layers that call them work: recurrent ones, whose weights are orthogonal at first, and PReLU', () => {
  const model = tf.sequential({ layers: [tf.layers.lstm({ units: 3, inputShape: [2, 2] }), tf.layers.prelu()] });
  expect((model.predict(tf.ones([1, 2, 2])) as Tensor).shape).toEqual([1, 3]);
});
