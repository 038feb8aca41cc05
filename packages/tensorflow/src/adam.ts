import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { library as tf } from './library.ts';
import type { Attribute } from './trace/graph.ts';
import { instead } from './trace/record.ts';
import type { Draft } from './trace/simplify.ts';

/** A weight, and the means of its gradient and of its square that Adam remembers: all of one shape, of float32. */
export type AdamState = readonly [weight: Tensor, mean: Tensor, square: Tensor];

export type AdamDecays = { readonly mean: number; readonly square: number; readonly epsilon: number };

/**
 * One step of Adam, as a function: the state after it. In a traced function it is TensorFlow's own operation, one pass over the weights in
 * place of twelve.
 *
 * Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), in the form at the end of their section 2, which is TensorFlow's:
 * the correction of the bias is in `rate`, learning rate × √(1 − square^step) / (1 − mean^step).
 */
export function adam(state: AdamState, gradient: Tensor, rate: Scalar, decays: AdamDecays): AdamState {
  return instead(
    [...state, gradient, rate],
    () => stepOf(state, gradient, rate, decays),
    (draft, names) => write(draft, names, decays),
  );
}

function stepOf([weight, mean, square]: AdamState, gradient: Tensor, rate: Scalar, decays: AdamDecays): AdamState {
  return tf.tidy(() => {
    const newMean = tf.add(tf.mul(mean, decays.mean), tf.mul(gradient, 1 - decays.mean));
    const newSquare = tf.add(tf.mul(square, decays.square), tf.mul(tf.square(gradient), 1 - decays.square));
    const step = tf.div(tf.mul(rate, newMean), tf.add(tf.sqrt(newSquare), decays.epsilon));
    return [tf.sub(weight, step), newMean, newSquare] as [Tensor, Tensor, Tensor];
  });
}

const float = 1;
const T: Attribute = { type: float };
const dtype = T;

/** TensorFlow's operation works on variables of its session: they get the state, and give it back. */
function write(draft: Draft, names: readonly string[], decays: AdamDecays): readonly string[] {
  const [gradient, rate] = names.slice(3) as [string, string];
  const shape = draft.shape(names[0] as string);
  const variables = names.slice(0, 3).map((name) => {
    const handle = draft.add('VarHandleOp', [], { dtype, shape: { shape }, shared_name: { string: `adam/${name}` } }, []);
    return { handle, assigned: draft.add('AssignVariableOp', [handle, name], { dtype }, []) };
  });
  const scalar = (value: number): string => {
    const data = new Uint8Array(Float32Array.of(value).buffer);
    return draft.add('Const', [], { dtype, value: { tensor: { type: float, shape: [], data } } }, []);
  };
  const powers = scalar(0); // of the decays, for a correction that the rate has already
  const applied = draft.add(
    'ResourceApplyAdam',
    [
      ...variables.map(({ handle }) => handle),
      powers,
      powers,
      rate,
      scalar(decays.mean),
      scalar(decays.square),
      scalar(decays.epsilon),
      gradient,
      ...variables.map(({ assigned }) => `^${assigned}`),
    ],
    { T },
    [],
  );
  return variables.map(({ handle }) => draft.add('ReadVariableOp', [handle, `^${applied}`], { dtype }, shape));
}
