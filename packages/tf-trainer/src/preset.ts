import type { LayersModel, Library } from '@switchyard/tensorflow';
import type { OptimizerName } from './optimizer.ts';

/** A classifier, and the part of it that training works on: its scores before the softmax, from which the loss is exact. */
export type Classifier = { readonly model: LayersModel; readonly logits: LayersModel };

/** What a model is made for, and how. Initial weights depend on nothing else. */
export type Shape = { readonly inputs: number; readonly classes: number; readonly hiddenUnits: number; readonly seed: number };

export type PresetName = 'softmax' | 'mlp';

export type Preset = {
  readonly defaults: {
    readonly steps: number;
    readonly batchSize: number;
    readonly optimizer: OptimizerName;
    readonly learningRate: number;
    /** Of a model that has a hidden layer. */
    readonly hiddenUnits?: number;
  };
  readonly build: (tf: Library, shape: Shape) => Classifier;
};

export const presets: Readonly<Record<PresetName, Preset>> = {
  /** y = softmax(xW + b) from W = 0 and b = 0: the model and the figures of TensorFlow's "MNIST for beginners". */
  softmax: {
    defaults: { steps: 1000, batchSize: 100, optimizer: 'sgd', learningRate: 0.5 },
    build: (tf, { inputs, classes }) => {
      const x = tf.input({ name: 'x', shape: [inputs] });
      return classifier(
        tf,
        'softmax',
        x,
        tf.layers.dense({ name: 'logits', units: classes, kernelInitializer: 'zeros' }).apply(x) as Symbolic,
      );
    },
  },
  /** One hidden layer of rectified units. */
  mlp: {
    defaults: { steps: 1800, batchSize: 100, optimizer: 'adam', learningRate: 0.003, hiddenUnits: 64 },
    build: (tf, { inputs, classes, hiddenUnits, seed }) => {
      const dense = (name: string, units: number, activation: 'relu' | 'linear', salt: number) =>
        tf.layers.dense({ name, units, activation, kernelInitializer: tf.initializers.glorotUniform({ seed: 2 * seed + salt }) });
      const x = tf.input({ name: 'x', shape: [inputs] });
      const hidden = dense('hidden', hiddenUnits, 'relu', 1).apply(x);
      return classifier(tf, 'mlp', x, dense('logits', classes, 'linear', 2).apply(hidden) as Symbolic);
    },
  },
};

type Symbolic = ReturnType<Library['input']>;

/** The layers' names go into the file, and so must not be the library's running numbers. */
function classifier(tf: Library, name: string, x: Symbolic, logits: Symbolic): Classifier {
  const probabilities = tf.layers.softmax({ name: 'probabilities' }).apply(logits) as Symbolic;
  return { model: tf.model({ name, inputs: x, outputs: probabilities }), logits: tf.model({ inputs: x, outputs: logits }) };
}
