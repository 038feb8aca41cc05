import { beforeAll, describe, expect, test } from 'vitest';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { sparseCrossEntropy } from './cross-entropy.ts';
import type { Library } from './library.ts';
import { openTensorFlow } from './tensorflow.ts';
import { whyNotNative } from './test/native.ts';
import { traceFunction } from './trace/trace-function.ts';

describe.skipIf(whyNotNative() !== undefined)('the cross entropy of rows', () => {
  let tf: Library;
  beforeAll(async () => void ({ tf } = await openTensorFlow({ backend: 'native' })));

  test('is −log of the softmax of the class, and its gradient softmax − 1 there, eagerly and traced', () => {
    const scores = [2, -1, 0.5, 100, 0, -100];
    const [x, classes, rows] = [tf.tensor2d(scores, [2, 3]), tf.tensor1d([2, 0], 'int32'), tf.tensor1d([1, 3])];
    const body = (given: Tensor2D) => tf.valueAndGrad((each) => tf.sum(tf.mul(sparseCrossEntropy(each as Tensor2D, classes), rows)))(given);
    const traced = traceFunction(body);
    const sum = Math.exp(2) + Math.exp(-1) + Math.exp(0.5);
    for (const { value, grad } of [body(x), traced(x), traced(x)]) {
      expect(value.dataSync()[0]).toBeCloseTo(Math.log(sum) - 0.5, 5);
      const slope = [Math.exp(2) / sum, Math.exp(-1) / sum, Math.exp(0.5) / sum - 1, 0, 0, 0];
      for (const [at, each] of grad.dataSync().entries()) expect(each).toBeCloseTo(slope[at] as number, 5);
    }
    expect(traced.status()).toEqual({ traces: 1 });
    traced.dispose();
  });
});
