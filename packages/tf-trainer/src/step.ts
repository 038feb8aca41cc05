import { floatsOf, type Library, type Scalar, type Tensor, type Tensor1D, type Tensor2D, type Variable } from '@switchyard/tensorflow';
import { rowLosses } from './loss.ts';
import type { Optimizer } from './optimizer.ts';
import type { Rows } from './rows.ts';
import type { Trainable } from './trainable.ts';

/**
 * One step of training as a function over tensors: rows `[n, width]`, scaled or of bytes, their truth `[n]`, their weights `[n]` and the rate; it answers
 * `[loss, part that is right]` of the rows before the step. It reads and writes variables, and nothing else: no number that changes from
 * step to step is read in JavaScript, so it can be recorded once for each `n`.
 */
export type Step = (x: Tensor, truth: Tensor1D, weights: Tensor1D, rate: Scalar) => Tensor1D;

/** What a step reads and writes: the model's weights, trainable or not, and what the optimizer remembers of each trainable one. */
export type StepVariables = { readonly weights: readonly Variable[]; readonly slots: readonly (readonly Variable[])[] };

/** The variables of a model, and new ones for the optimizer. */
export function stepVariables(tf: Library, { model, scores }: Trainable, optimizer: Optimizer): StepVariables {
  const slots = scores.trainableWeights.map(({ shape }) =>
    Array.from({ length: optimizer.slots }, () => tf.tidy(() => tf.variable(tf.fill(shape as number[], optimizer.initial), false))),
  );
  return { weights: model.weights.map(read), slots };
}

export function createStep(
  tf: Library,
  { scores, kind }: Trainable,
  optimizer: Optimizer,
  { slots }: StepVariables,
  bytes: Rows['bytes'],
): Step {
  const trained = scores.trainableWeights.map(read);
  return (given, truth, weights, rate) => {
    const x = bytes ? tf.add(tf.mul(floatsOf(given), bytes.scale), bytes.offset) : given;
    let right: Tensor | undefined;
    const loss = (): Scalar => {
      const rows = rowLosses(tf, kind, scores.apply(x, { training: true }) as Tensor2D, truth);
      right = tf.keep(tf.mean(rows.right)); // what a gradient's function computes beside its value is gone when it ends
      return scores.calculateLosses().reduce((sum, penalty) => tf.add(sum, penalty), tf.mean(tf.mul(rows.losses, weights))) as Scalar;
    };
    const { value, grads } = tf.variableGrads(loss, trained);
    trained.forEach((variable, index) => {
      const held = slots[index] as readonly Variable[];
      const next = optimizer.update(tf, variable, grads[variable.name] as Tensor, held, rate);
      variable.assign(next.weight);
      held.forEach((slot, at) => slot.assign(next.slots[at] as Tensor));
    });
    const answer = tf.stack([value, right as Tensor]) as Tensor1D;
    right?.dispose();
    return answer;
  };
}

const read = (weight: { read(): Tensor }): Variable => weight.read() as Variable;
