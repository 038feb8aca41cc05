import type { LayersModel, Library } from '@switchyard/tensorflow';
import { TensorFlowError } from '@switchyard/tensorflow';
import type { ModelSignature } from './model-function.ts';

type Symbolic = ReturnType<Library['input']>;
type Layer = LayersModel['layers'][number];

/** What the part of a model that training works on answers. */
export type Scores = 'logits' | 'probabilities' | 'value';

/** A model as it is published, and the part of it that training works on: the scores, from which the loss is exact. */
export type Trainable = {
  /** Rows, flat, in; probabilities, or the value in the data's unit, out. */
  readonly model: LayersModel;
  readonly scores: LayersModel;
  readonly kind: Scores;
};

/** How a regression's target is standardised for training: `value = standardised × deviation + mean`. */
export type TargetScale = { readonly mean: number; readonly deviation: number };

/**
 * Fits a built model between what clients send and get: a reshape in front, if it takes its rows in another shape than flat; behind it a
 * softmax, if it answers scores; of a regression the way back to the data's unit.
 *
 * @param from Who built the model, for errors.
 * @throws TensorFlowError where the model does not fit the signature, or has nothing to train.
 */
export function trainable(tf: Library, built: LayersModel, signature: ModelSignature, from: string, target?: TargetScale): Trainable {
  checkShapes(built, signature, from);
  const inner = built.inputs[0] as Symbolic;
  const flat = inner.shape.length === 2;
  const x = flat ? inner : tf.input({ name: 'x', shape: [signature.input.width] });
  const through = (output: Symbolic): Symbolic => {
    if (flat) return output;
    const core = output === built.outputs[0] ? built : tf.model({ name: `${built.name}-scores`, inputs: inner, outputs: output });
    const shaped = tf.layers.reshape({ name: 'rows', targetShape: inner.shape.slice(1) as number[] }).apply(x);
    return core.apply(shaped) as Symbolic;
  };
  const { output, kind } = ending(built, signature, from);
  const answer = through(output);
  const scores = tf.model({ name: built.name, inputs: x, outputs: answer });
  if (scores.trainableWeights.length === 0) throw new TensorFlowError(`${from}: the model has no weights to train`);
  if (kind === 'probabilities') return { model: scores, scores, kind };
  const last = target
    ? tf.layers.dense({
        name: 'value',
        units: 1,
        trainable: false,
        kernelInitializer: constant(tf, target.deviation),
        biasInitializer: constant(tf, target.mean),
      })
    : tf.layers.softmax({ name: 'probabilities' });
  const model = tf.model({ name: built.name, inputs: x, outputs: last.apply(answer) as Symbolic });
  return { model, scores, kind };
}

const constant = (tf: Library, value: number) => tf.initializers.constant({ value });

function checkShapes(built: LayersModel, { input, output }: ModelSignature, from: string): void {
  const { inputs, outputs } = built;
  if (inputs.length !== 1 || outputs.length !== 1)
    throw new TensorFlowError(`${from}: the model has ${inputs.length} inputs and ${outputs.length} outputs; it must have one of each`);
  const taken = (inputs[0] as Symbolic).shape.slice(1);
  if (taken.reduce((product: number, size) => product * (size ?? NaN), 1) !== input.width)
    throw new TensorFlowError(
      `${from}: the model takes rows of ${words(taken)}; those of the data are ${words(input.shape)}, ${input.width} numbers`,
    );
  const given = (outputs[0] as Symbolic).shape.slice(1);
  if (given.length === 1 && given[0] === output.units) return;
  const wanted = output.classNames ? `${output.units}, one a class` : '1, the value';
  throw new TensorFlowError(`${from}: the model answers a row with ${words(given)} numbers; it must be ${wanted}`);
}

const words = (shape: readonly (number | null)[]): string => shape.map((size) => size ?? '?').join(' × ');

/** The scores of a model, and what they are. A softmax at its end is left off, where that can be done. */
function ending(built: LayersModel, { output: { classNames } }: ModelSignature, from: string): { output: Symbolic; kind: Scores } {
  const output = built.outputs[0] as Symbolic;
  if (!classNames) return { output, kind: 'value' };
  const last = output.sourceLayer as Layer;
  const activation = activationOf(last);
  if (activation === undefined || activation === 'linear') return { output, kind: 'logits' };
  if (activation !== 'softmax')
    throw new TensorFlowError(
      `${from}: the last layer, "${last.name}", has the activation "${activation}"; classes want "softmax", or none: then scores are answered`,
    );
  const behind = ['Softmax', 'Activation'].includes(last.getClassName()) ? output.inputs[0] : undefined;
  return behind ? { output: behind as Symbolic, kind: 'logits' } : { output, kind: 'probabilities' };
}

/** Of a model in a model, the activation of its last layer. */
function activationOf(layer: Layer): string | undefined {
  const inside = (layer as Partial<LayersModel>).outputs?.[0]?.sourceLayer as Layer | undefined;
  if (inside) return activationOf(inside);
  if (layer.getClassName() === 'Softmax') return 'softmax';
  const { activation } = layer.getConfig() as { activation?: string };
  return activation;
}
