import { beforeAll, describe, expect, test } from 'vitest';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { adam, type AdamState } from './adam.ts';
import type { Library } from './library.ts';
import { openTensorFlow } from './tensorflow.ts';
import { whyNotNative } from './test/native.ts';
import { traceFunction } from './trace/trace-function.ts';

const decays = { mean: 0.9, square: 0.999, epsilon: 1e-7 };

describe.skipIf(whyNotNative() !== undefined)('Adam', () => {
  let tf: Library;
  beforeAll(async () => void ({ tf } = await openTensorFlow({ backend: 'native' })));

  /** Three steps by hand, in float64. */
  function byHand(weight: number, gradients: readonly number[], rate: number): number[] {
    let [mean, square] = [0, 0];
    for (const gradient of gradients) {
      mean = 0.9 * mean + 0.1 * gradient;
      square = 0.999 * square + 0.001 * gradient ** 2;
      weight -= (rate * mean) / (Math.sqrt(square) + 1e-7);
    }
    return [weight, mean, square];
  }

  const gradients = [0.5, -0.25, 2];
  const run = (step: (...given: Tensor[]) => AdamState): number[] => {
    let state: AdamState = [tf.tensor1d([1, -3]), tf.zeros([2]), tf.zeros([2])];
    for (const gradient of gradients) state = step(...state, tf.tensor1d([gradient, 0]), tf.scalar(0.01));
    return state.flatMap((tensor) => [...tensor.dataSync()]);
  };
  const body = (weight: Tensor, mean: Tensor, square: Tensor, gradient: Tensor, rate: Tensor): AdamState =>
    adam([weight, mean, square], gradient, rate as Scalar, decays);

  test('steps as the paper has it, eagerly and as one operation of a graph', () => {
    const [weight, mean, square] = byHand(1, gradients, 0.01) as [number, number, number];
    const step = traceFunction(body as (...given: Tensor[]) => AdamState);
    for (const found of [run(body as never), run(step as never)]) {
      for (const [at, expected] of [weight, -3, mean, 0, square, 0].entries()) expect(found[at]).toBeCloseTo(expected, 5);
    }
    expect(step.status()).toEqual({ traces: 1 });
    step.dispose();
  });

  test('leaves what it was given as it was', () => {
    const step = traceFunction(body as (...given: Tensor[]) => AdamState);
    const given = [tf.tensor1d([1]), tf.tensor1d([2]), tf.tensor1d([3]), tf.tensor1d([4]), tf.scalar(0.1)];
    for (let call = 0; call < 2; call++) step(...given);
    expect(given.map((tensor) => tensor.dataSync()[0])).toEqual([1, 2, 3, 4, expect.closeTo(0.1)]);
    step.dispose();
  });
});
