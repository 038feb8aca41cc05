import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { openTensorFlow } from './tensorflow.ts';

test('matrix products are right for all transpositions and ranks, and leave no data behind', async () => {
  const { tf } = await openTensorFlow({ backend: 'wasm' });
  const size = fc.integer({ min: 1, max: 7 });
  const product = fc.record({ batch: fc.option(size), m: size, k: size, n: size, turnA: fc.boolean(), turnB: fc.boolean() });
  const before = [tf.memory().numTensors, tf.memory().numDataBuffers, tf.backend().numDataIds()];
  fc.assert(
    fc.property(product, ({ batch, m, k, n, turnA, turnB }) => {
      const outer = batch === null ? [] : [batch];
      const a = tf.randomUniform([...outer, ...(turnA ? [k, m] : [m, k])]);
      const b = tf.randomUniform([...outer, ...(turnB ? [n, k] : [k, n])]);
      const result = tf.matMul(a, b, turnA, turnB);
      expect(result.shape).toEqual([...outer, m, n]);
      const [left, right] = [a.dataSync(), b.dataSync()];
      const expected = Array.from(result.dataSync(), (_, index) => {
        const [start, row, column] = [Math.floor(index / (m * n)), Math.floor(index / n) % m, index % n];
        let sum = 0;
        for (let inner = 0; inner < k; inner++) {
          const atA = start * m * k + (turnA ? inner * m + row : row * k + inner);
          const atB = start * k * n + (turnB ? column * k + inner : inner * n + column);
          sum += left[atA]! * right[atB]!;
        }
        return sum;
      });
      result.dataSync().forEach((value: number, index: number) => expect(value).toBeCloseTo(expected[index]!, 4));
      tf.dispose([a, b, result]);
    }),
  );
  expect([tf.memory().numTensors, tf.memory().numDataBuffers, tf.backend().numDataIds()]).toEqual(before);
});
