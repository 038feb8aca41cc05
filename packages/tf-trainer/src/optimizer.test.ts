import { expect, test } from 'vitest';
import { openTensorFlow, type Scalar, type Tensor } from '@switchyard/tensorflow';
import { optimizers } from './optimizer.ts';

const target = [3, -1, 0.5];

test.each(['sgd', 'momentum', 'adam', 'rmsprop', 'adagrad'] as const)('%s takes the steps that the library itself takes', async (name) => {
  const { tf } = await openTensorFlow();
  const optimizer = optimizers[name];
  const peer = {
    sgd: tf.train.sgd,
    adam: tf.train.adam,
    rmsprop: tf.train.rmsprop,
    adagrad: tf.train.adagrad,
    momentum: (rate: number) => tf.train.momentum(rate, 0.9),
  }[name](0.05);
  const theirs = tf.variable(tf.tensor1d([0, 1, -2]));
  const loss = (weight: Tensor) => tf.sum(tf.square(tf.sub(weight, target))) as Scalar;
  let weight: Tensor = tf.tensor1d([0, 1, -2]);
  let slots: readonly Tensor[] = Array.from({ length: optimizer.slots }, () => tf.mul(tf.ones([3]), optimizer.initial));
  for (let step = 1; step <= 25; step++) {
    const held = [weight, ...slots];
    const next = tf.tidy(() => {
      const gradient = tf.grad(loss)(weight);
      const { weight: moved, slots: kept } = optimizer.update(tf, weight, gradient, slots, tf.scalar(optimizer.rate(0.05, step)));
      return [moved, ...kept];
    });
    [weight, ...slots] = next as [Tensor, ...Tensor[]];
    tf.dispose(held);
    peer.minimize(() => loss(theirs), false, [theirs]);
    const [own, expected] = [weight.dataSync(), theirs.dataSync()];
    own.forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 4));
  }
  expect(tf.tidy(() => loss(weight).dataSync()[0]!)).toBeLessThan(target.length * 8);
  tf.dispose([weight, ...slots, theirs]);
  peer.dispose();
});
