import { createRequire } from 'node:module';
import type { Artifact } from '@switchyard/artifact';
import { UserError } from '@switchyard/config';
import { rowWidth, type Dataset } from '@switchyard/dataset';
import { openTensorFlow, saveLayersModel, type TensorFlow } from '@switchyard/tensorflow';
import { evaluate, inputContract, loadSplit, outputSpec, publishModel, type Evaluation, type ReportProgress } from '@switchyard/training';
import { fit } from './fit.ts';
import { inputOf, type Input } from './input.ts';
import { optimizers } from './optimizer.ts';
import { predictClasses } from './predict.ts';
import { presets } from './preset.ts';
import type { TrainerValues } from './settings.ts';

type Hyperparameters = ReturnType<typeof hyperparametersOf>;
type Fitted = { readonly files: Record<string, Uint8Array>; readonly loss: number; readonly evaluation: Evaluation };

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/** Loads the data, trains a model on it, tests it and publishes it. */
export async function train(
  values: TrainerValues,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<{ artifact: Artifact; evaluation: Evaluation }> {
  const [split, tensorflow] = await Promise.all([loadSplit(values), openTensorFlow({ backend: values.backend })]);
  const hyperparameters = hyperparametersOf(values, split.train, tensorflow);
  const input = inputOf(split.train);
  const { files, loss, evaluation } = await trainModel(tensorflow, split, input, hyperparameters, { seed: values.seed, report, signal });
  const artifact = await publishModel({
    store: values.store,
    name: values.name,
    format: 'tfjs-layers',
    signature: { inputs: [inputContract(split.train).spec], outputs: [outputSpec(split.train.classNames)] },
    ...(input.scaling && { scaling: input.scaling }),
    hyperparameters,
    seed: values.seed,
    producer: `tf-trainer@${version}`,
    files,
    dataset: split.train,
    evaluation,
    metrics: { loss },
  });
  return { artifact, evaluation };
}

/** The settings, completed by the preset's own. @throws UserError for those that contradict each other or the data. */
function hyperparametersOf(values: TrainerValues, data: Dataset, { backend }: TensorFlow) {
  const { preset, steps, epochs, hiddenUnits, ...given } = values;
  const { defaults } = presets[preset];
  if (steps !== undefined && epochs !== undefined) throw new UserError(`--steps ${steps} and --epochs ${epochs}: give one of them`);
  if (hiddenUnits !== undefined && defaults.hiddenUnits === undefined) {
    throw new UserError(`--hidden-units ${hiddenUnits}: preset "${preset}" has no hidden layer; "mlp" has one`);
  }
  if (data.classNames.length < 2) throw new UserError(`dataset "${data.name}" has one class, "${data.classNames[0]}": nothing to learn`);
  const batchSize = given.batchSize ?? defaults.batchSize;
  return {
    preset,
    backend,
    steps: epochs === undefined ? (steps ?? defaults.steps) : epochs * Math.ceil(data.rows / batchSize),
    batchSize,
    optimizer: given.optimizer ?? defaults.optimizer,
    learningRate: given.learningRate ?? defaults.learningRate,
    ...(defaults.hiddenUnits && { hiddenUnits: hiddenUnits ?? defaults.hiddenUnits }),
  };
}

type Run = { readonly seed: number; readonly report: ReportProgress; readonly signal: AbortSignal };

/** Trains and tests; holds no tensor when it is done. */
async function trainModel(
  { tf }: TensorFlow,
  split: { readonly train: Dataset; readonly test: Dataset },
  input: Input,
  { preset, steps, batchSize, optimizer, learningRate, hiddenUnits = 0 }: Hyperparameters,
  { seed, report, signal }: Run,
): Promise<Fitted> {
  const { classNames } = split.train;
  const classifier = presets[preset].build(tf, { inputs: rowWidth(split.train), classes: classNames.length, hiddenUnits, seed });
  const stepper = optimizers[optimizer](tf, learningRate);
  try {
    const loss = await fit(tf, classifier, split.train, input, { steps, batchSize, seed, optimizer: stepper, report, signal });
    const { labels, predicted } = predictClasses(tf, classifier.model, split.test, input);
    return { files: await saveLayersModel(classifier.model), loss, evaluation: evaluate(labels, predicted, classNames) };
  } finally {
    stepper.dispose();
    classifier.model.dispose(); // its layers, and so those of `logits`
  }
}
