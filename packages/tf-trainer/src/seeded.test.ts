import { expect, test } from 'vitest';
import { openTensorFlow } from '@switchyard/tensorflow';
import { seeded } from './seeded.ts';

test('dropout and initializers depend on seed and stream, and on nothing that was drawn before', async () => {
  const { tf } = await openTensorFlow();
  const layer = tf.layers.dropout({ rate: 0.5 });
  const drop = (seed: number, stream: number) =>
    seeded(seed, stream, () =>
      tf.tidy(() => [...(layer.apply(tf.ones([64]), { training: true }) as ReturnType<typeof tf.ones>).dataSync()]),
    );
  const kernel = (seed: number) =>
    seeded(seed, 0, () => {
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 5, inputShape: [5] })] });
      const values = [...model.getWeights()[0]!.dataSync()];
      model.dispose();
      return values;
    });
  const first = drop(1, 7);
  Math.random();
  expect(drop(1, 7)).toEqual(first);
  expect(drop(1, 8)).not.toEqual(first);
  expect(drop(2, 7)).not.toEqual(first);
  expect(kernel(3)).toEqual(kernel(3));
  expect(kernel(3)).not.toEqual(kernel(4));
  layer.dispose();
});

test('chance is as it was afterwards, also after an error', () => {
  const own = Math.random;
  expect(() =>
    seeded(0, 0, () => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(Math.random).toBe(own);
});
