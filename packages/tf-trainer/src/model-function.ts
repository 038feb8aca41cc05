import type { LayersModel, Library } from '@switchyard/tensorflow';

/** What a model is made for: the rows it gets and the answers it gives. */
export type ModelSignature = {
  readonly input: {
    /** Shape of one row as the data has it: `[28, 28]` of a grey image, `[4]` of a table of four columns. */
    readonly shape: readonly number[];
    /** Product of the shape: clients send rows flat. */
    readonly width: number;
    /** Of a table with a header. */
    readonly columns?: readonly string[];
  };
  readonly output: {
    /** How many numbers the model answers a row with: one a class, or a single one of a regression. */
    readonly units: number;
    /** Of a classification. */
    readonly classNames?: readonly string[];
  };
};

export type ModelTools = {
  /** The TensorFlow.js that trains. Layers of another copy, such as one of your own import, do not fit it. */
  readonly tf: Library;
  /** `--seed`. Initializers and dropout without a seed of their own depend on it already. */
  readonly seed: number;
};

/**
 * What a file given as `--model` exports as its default. The model takes rows flat or in any shape of as many numbers. It answers
 * `output.units` numbers: of classes, scores, or probabilities where it ends in a softmax. Of a regression, one number, in standard
 * deviations from the mean: what is published answers in the unit of the data.
 *
 *     const build: ModelFunction = ({ input, output }, { tf }) =>
 *       tf.sequential({
 *         layers: [
 *           tf.layers.dense({ inputShape: [input.width], units: 32, activation: 'relu' }),
 *           tf.layers.dense({ units: output.units }),
 *         ],
 *       });
 *     export default build;
 */
export type ModelFunction = (signature: ModelSignature, tools: ModelTools) => LayersModel;
