import { beforeAll, describe, expect, test } from 'vitest';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Library } from '../library.ts';
import { openTensorFlow } from '../tensorflow.ts';
import { whyNotNative } from '../test/native.ts';
import type { NativeBackend } from './native-backend.ts';
import { nativeBackend } from './native-backend.ts';
import { record } from './record.ts';

describe.skipIf(whyNotNative() !== undefined)('a recorded graph', () => {
  let tf: Library;
  beforeAll(async () => void ({ tf } = await openTensorFlow({ backend: 'native' })));

  /** How often it has each operation, constants and what is handed in left out. */
  function operationsOf(body: (x: Tensor) => Tensor | Tensor[], x: Tensor): Record<string, number> {
    const recorded = record(nativeBackend() as NativeBackend, ([given]) => [body(given as Tensor)].flat(), [x], false);
    if (!('recording' in recorded)) throw new Error('it is not recorded');
    const found: Record<string, number> = {};
    for (const { operation } of recorded.recording.graph.nodes)
      if (!['Placeholder', 'Const', 'Identity'].includes(operation)) found[operation] = (found[operation] ?? 0) + 1;
    return found;
  }

  test("has TensorFlow's own operations for a layer of rectified units and its gradient", () => {
    const convolution = tf.layers.conv2d({ filters: 2, kernelSize: 2, activation: 'relu' });
    convolution.build([null, 3, 3, 1]);
    const layer = (x: Tensor) => convolution.apply(x) as Tensor;
    expect(operationsOf(layer, tf.ones([2, 3, 3, 1]))).toEqual({ Conv2D: 1, BiasAdd: 1, Relu: 1 });
    const variables = convolution.trainableWeights.map((weight) => weight.read() as Variable);
    const gradients = (x: Tensor) => Object.values(tf.variableGrads(() => tf.sum(layer(x)) as Scalar, variables).grads);
    const operations = operationsOf(gradients, tf.ones([2, 3, 3, 1]));
    expect(operations).toMatchObject({ ReluGrad: 1, Conv2D: 1, Conv2DBackpropFilter: 1, BiasAdd: 1 });
    for (const gone of ['Select', 'IsNan', 'Greater', 'Fill', 'BatchMatMulV2', 'Cast']) expect(operations).not.toHaveProperty(gone);
  });

  test('keeps a product of batches, and a sum that is not with a bias', () => {
    expect(operationsOf((x) => tf.matMul(x, x, false, true), tf.ones([2, 3, 4]))).toEqual({ BatchMatMulV2: 1 });
    expect(operationsOf((x) => tf.add(tf.matMul(x, x), x), tf.ones([3, 3]))).toEqual({ MatMul: 1, Add: 1 });
  });

  test('has neither what changes nothing nor what nobody uses', () => {
    const body = (x: Tensor): Tensor => {
      tf.exp(x);
      return tf.neg(tf.reshape(tf.reshape(tf.cast(x, 'float32'), [6]), [2, 3]));
    };
    expect(operationsOf(body, tf.ones([2, 3]))).toEqual({ Neg: 1 });
    expect(operationsOf((x) => tf.neg(tf.reshape(tf.reshape(x, [6]), [3, 2])), tf.ones([2, 3]))).toEqual({ Reshape: 1, Neg: 1 });
    expect(operationsOf((x) => tf.cast(tf.cast(x, 'int32'), 'float32'), tf.ones([2]))).toEqual({ Cast: 2 });
  });
});
