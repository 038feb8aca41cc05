import { describe, expect, test } from 'vitest';
import { bytesTensor, floatsOf, takesBytes } from './bytes.ts';
import { openTensorFlow } from './tensorflow.ts';
import { traceFunction } from './trace/trace-function.ts';
import type { Tensor } from '@tensorflow/tfjs-core';

const { tf, backend } = await openTensorFlow();
const bytes = Uint8Array.from({ length: 512 }, (_, at) => at % 256);

describe.runIf(backend === 'native')('bytes', () => {
  test('are the numbers that they were, eagerly and traced, whatever their shape', () => {
    const half = traceFunction((x: Tensor) => tf.mul(floatsOf(x), 0.5));
    for (const shape of [[512], [2, 256], [2, 256], [4, 8, 16]]) {
      tf.tidy(() => {
        const [eager, traced] = [floatsOf(bytesTensor(bytes, shape)), half(bytesTensor(bytes, shape))];
        expect([eager.dtype, eager.shape, traced.shape]).toEqual(['float32', shape, shape]);
        expect([...eager.dataSync()]).toEqual([...bytes]);
        expect([...traced.dataSync()]).toEqual([...bytes].map((byte) => byte / 2));
      });
    }
    expect(half.status()).toEqual({ traces: 3 });
    half.dispose();
  });

  test('are no more there when they are disposed of', () => {
    const before = [tf.memory().numTensors, tf.backend().numDataIds()];
    const tensor = bytesTensor(bytes, [512]);
    floatsOf(tensor).dispose();
    tensor.dispose();
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before);
  });
});

test.runIf(backend !== 'native')('are only taken by the native backend', () => {
  expect(takesBytes()).toBe(false);
  expect(() => bytesTensor(bytes, [512])).toThrow('only the native backend takes bytes');
});
