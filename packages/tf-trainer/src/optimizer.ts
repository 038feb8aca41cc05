import { adam, type Library, type Scalar, type Tensor } from '@switchyard/tensorflow';

export type OptimizerName = 'sgd' | 'momentum' | 'adam' | 'rmsprop' | 'adagrad';

/** What an optimizer remembers of a weight between steps, and the weight itself. */
export type Updated = { readonly weight: Tensor; readonly slots: readonly Tensor[] };

/**
 * How a gradient becomes a step, as a function of tensors alone: what it remembers is given to it and given back, and what changes with
 * time comes in by `rate`. So a step can be traced, and its state be kept and taken up again to the bit, which the library's own
 * optimizers do not allow: they keep powers of their decays as floats, and restore them by another way of rounding.
 */
export type Optimizer = {
  /** How many tensors it remembers for each weight, and the value that they begin with. */
  readonly slots: number;
  readonly initial: number;
  /** The factor of step `step`, counted from 1. */
  readonly rate: (learningRate: number, step: number) => number;
  readonly update: (tf: Library, weight: Tensor, gradient: Tensor, slots: readonly Tensor[], rate: Scalar) => Updated;
};

const epsilon = 1e-7;
const plainRate = (learningRate: number): number => learningRate;

export const optimizers: Readonly<Record<OptimizerName, Optimizer>> = {
  sgd: {
    slots: 0,
    initial: 0,
    rate: plainRate,
    update: (tf, weight, gradient, _, rate) => ({ weight: tf.sub(weight, tf.mul(rate, gradient)), slots: [] }),
  },
  /** Polyak's heavy ball, 0.9. */
  momentum: {
    slots: 1,
    initial: 0,
    rate: plainRate,
    update: (tf, weight, gradient, [velocity], rate) => {
      const moved = tf.add(tf.mul(velocity as Tensor, 0.9), gradient);
      return { weight: tf.sub(weight, tf.mul(rate, moved)), slots: [moved] };
    },
  },
  /** Kingma and Ba (2015), with the bias correction in the rate. */
  adam: {
    slots: 2,
    initial: 0,
    rate: (learningRate, step) => (learningRate * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step),
    update: (_, held, gradient, [first, second], rate) => {
      const [weight, ...slots] = adam([held, first as Tensor, second as Tensor], gradient, rate, { mean: 0.9, square: 0.999, epsilon });
      return { weight, slots };
    },
  },
  /** Tieleman and Hinton (2012), decay 0.9. */
  rmsprop: {
    slots: 1,
    initial: 0,
    rate: plainRate,
    update: (tf, weight, gradient, [held], rate) => {
      const square = tf.add(tf.mul(held as Tensor, 0.9), tf.mul(tf.square(gradient), 0.1));
      return { weight: tf.sub(weight, tf.mul(rate, tf.div(gradient, tf.sqrt(tf.add(square, epsilon))))), slots: [square] };
    },
  },
  /** Duchi, Hazan and Singer (2011). */
  adagrad: {
    slots: 1,
    initial: 0.1,
    rate: plainRate,
    update: (tf, weight, gradient, [held], rate) => {
      const square = tf.add(held as Tensor, tf.square(gradient));
      return { weight: tf.sub(weight, tf.mul(rate, tf.div(gradient, tf.sqrt(tf.add(square, epsilon))))), slots: [square] };
    },
  },
};
