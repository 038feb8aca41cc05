import { UserError } from '@switchyard/config';
import type { LayersModel, Library } from '@switchyard/tensorflow';
import type { ModelSignature, ModelTools } from './model-function.ts';
import type { OptimizerName } from './optimizer.ts';
import type { ScheduleName } from './schedule.ts';

export type PresetName = 'softmax' | 'linear' | 'mlp' | 'cnn';

/** How a model is trained where nothing else is said. One of `steps` and `epochs`. */
export type Defaults = {
  readonly steps?: number;
  readonly epochs?: number;
  readonly batchSize: number;
  readonly optimizer: OptimizerName;
  readonly learningRate: number;
  /** Constant where none is said. */
  readonly schedule?: ScheduleName;
  /** Of a model that has a hidden layer. */
  readonly hiddenUnits?: number;
};

export type Preset = {
  readonly defaults: Defaults;
  /** Whether it can learn numbers, too. */
  readonly regression: boolean;
  /** The model up to its scores: the softmax behind them is put there for all models alike. */
  readonly build: (signature: ModelSignature, tools: ModelTools & { readonly hiddenUnits: number }) => LayersModel;
};

/** Of a model of the user's own. */
export const ownDefaults: Defaults = { epochs: 5, batchSize: 128, optimizer: 'adam', learningRate: 0.001 };

export const presets: Readonly<Record<PresetName, Preset>> = {
  /** y = softmax(xW + b) from W = 0 and b = 0: the model and the figures of TensorFlow's "MNIST for beginners". */
  softmax: {
    defaults: { steps: 1000, batchSize: 100, optimizer: 'sgd', learningRate: 0.5 },
    regression: false,
    build: ({ input, output }, { tf }) => {
      const x = tf.input({ name: 'x', shape: [input.width] });
      const dense = tf.layers.dense({ name: 'logits', units: output.units, kernelInitializer: 'zeros' });
      return tf.model({ name: 'softmax', inputs: x, outputs: dense.apply(x) as Symbolic });
    },
  },
  /** xW + b: a linear classifier trained to its end, or the linear regression. */
  linear: {
    defaults: { epochs: 5, batchSize: 100, optimizer: 'adam', learningRate: 0.002 },
    regression: true,
    build: ({ input, output }, { tf, seed }) => {
      const x = tf.input({ name: 'x', shape: [input.width] });
      return tf.model({ name: 'linear', inputs: x, outputs: dense(tf, 'logits', output.units, 'linear', 2 * seed).apply(x) as Symbolic });
    },
  },
  /** One hidden layer of rectified units. */
  mlp: {
    defaults: { steps: 1800, batchSize: 100, optimizer: 'adam', learningRate: 0.003, hiddenUnits: 64 },
    regression: true,
    build: ({ input, output }, { tf, seed, hiddenUnits }) => {
      const x = tf.input({ name: 'x', shape: [input.width] });
      const hidden = dense(tf, 'hidden', hiddenUnits, 'relu', 2 * seed + 1).apply(x) as Symbolic;
      const logits = dense(tf, 'logits', output.units, 'linear', 2 * seed + 2).apply(hidden) as Symbolic;
      return tf.model({ name: 'mlp', inputs: x, outputs: logits });
    },
  },
  /** Two layers of 3×3 convolutions, 32 and 64 of them, each halved in size by its maxima, and one of rectified units. */
  cnn: {
    defaults: { epochs: 2, batchSize: 128, optimizer: 'adam', learningRate: 0.002, schedule: 'cosine', hiddenUnits: 128 },
    regression: true,
    build: ({ input, output }, { tf, seed, hiddenUnits }) => {
      const [height, width, channels = 1] = imageShape(input.shape);
      const padding = Math.min(height, width) < 12 ? 'same' : 'valid'; // small images would be gone before the second layer
      const initializer = (salt: number) => tf.initializers.glorotUniform({ seed: 5 * seed + salt });
      const conv = (name: string, filters: number, salt: number) =>
        tf.layers.conv2d({ name, filters, kernelSize: 3, padding, activation: 'relu', kernelInitializer: initializer(salt) });
      const pool = (name: string) => tf.layers.maxPooling2d({ name, poolSize: 2, padding });
      const x = tf.input({ name: 'x', shape: [input.width] });
      const layers = [
        tf.layers.reshape({ name: 'image', targetShape: [height, width, channels] }),
        conv('conv1', 32, 1),
        pool('pool1'),
        conv('conv2', 64, 2),
        pool('pool2'),
        tf.layers.flatten({ name: 'flat' }),
        dense(tf, 'hidden', hiddenUnits, 'relu', 5 * seed + 3),
        dense(tf, 'logits', output.units, 'linear', 5 * seed + 4),
      ];
      const logits = layers.reduce((value, layer) => layer.apply(value) as Symbolic, x);
      return tf.model({ name: 'cnn', inputs: x, outputs: logits });
    },
  },
};

type Symbolic = ReturnType<Library['input']>;

function dense(tf: Library, name: string, units: number, activation: 'relu' | 'linear', seed: number) {
  return tf.layers.dense({ name, units, activation, kernelInitializer: tf.initializers.glorotUniform({ seed }) });
}

function imageShape(shape: readonly number[]): readonly [number, number, number?] {
  const [height, width, channels] = shape;
  if (height !== undefined && width !== undefined && shape.length <= 3) return channels ? [height, width, channels] : [height, width];
  throw new UserError(
    `preset "cnn" wants images, rows of height × width or height × width × channels; those of the data are ${shape.join(' × ')}`,
  );
}
