import * as z from 'zod';
import { boolean, integer, number, setting, type Values } from '@switchyard/config';
import { trainingSettings } from '@switchyard/training';
import { optimizers, type OptimizerName } from './optimizer.ts';
import { ownDefaults, presets, type Defaults, type PresetName } from './preset.ts';
import { schedules, type ScheduleName } from './schedule.ts';

const keys = <K extends string>(registry: Readonly<Record<K, unknown>>) => Object.keys(registry) as [K, ...K[]];

const whole = (least: number) => integer.pipe(z.int().min(least));
const positive = whole(1).optional();

/** What `presets` says of one default, in words: "1000 (softmax), 1800 (mlp)". */
const defaultsOf = (what: keyof Defaults): string =>
  [...Object.entries(presets).map(([name, { defaults }]) => [name, defaults] as const), ['--model', ownDefaults] as const]
    .filter(([, defaults]) => defaults[what] !== undefined)
    .map(([name, defaults]) => `${defaults[what]} (${name})`)
    .join(', ');

const classWeight = z.string().transform((text, context): 'balanced' | number[] => {
  if (text === 'balanced') return text;
  const weights = text.split(',').map((each) => (each.trim() === '' ? NaN : Number(each)));
  if (!weights.every((weight) => weight >= 0 && weight < Infinity))
    context.addIssue({ code: 'custom', message: 'it is "balanced", or a weight from 0 for each class, with commas between' });
  return weights;
});

/** What tf-trainer can be told. */
export const settings = {
  ...trainingSettings('mnist-tensorflow'),
  config: setting(
    z.string().optional(),
    'A YAML file of settings, one a line: "batchSize: 64". A flag wins over it, and it over variables.',
  ),
  preset: setting(
    z.enum(keys<PresetName>(presets)).optional(),
    'The model: "softmax" is one layer, quick and plain, and the default; "linear" is one layer, for classes or numbers; "mlp" has a hidden layer, and is better and slower; "cnn" has convolutions, for images, and is the best and slowest.',
  ),
  model: setting(
    z.string().min(1).optional(),
    'A model of your own in place of a preset: a file of TypeScript or JavaScript whose default export makes it. It is run as code of this process.',
  ),
  task: setting(
    z.enum(['classification', 'regression']).default('classification'),
    'Whether the label column of a table names classes or holds numbers that are to be predicted.',
  ),
  steps: setting(
    positive,
    `How many batches to train on. More fit better, up to a point, and take longer. Default: ${defaultsOf('steps')}.`,
  ),
  epochs: setting(positive, `How often to go through all training rows, in place of --steps. Default: ${defaultsOf('epochs')}.`),
  batchSize: setting(
    positive,
    `Rows a step. More give surer steps and use the machine better, but take more of them to learn as much. Default: ${defaultsOf('batchSize')}.`,
  ),
  optimizer: setting(
    z.enum(keys<OptimizerName>(optimizers)).optional(),
    `How a gradient becomes a step: ${Object.keys(optimizers).join(', ')}. Default: ${defaultsOf('optimizer')}.`,
  ),
  learningRate: setting(
    number.pipe(z.number().positive()).optional(),
    `How far a step goes. Too small learns slowly, too large not at all. Default: ${defaultsOf('learningRate')}.`,
  ),
  schedule: setting(
    z.enum(keys<ScheduleName>(schedules)).optional(),
    `How the learning rate falls: "constant" not at all, "cosine" to 0 at the last step, "step" by --decay-rate each --decay-steps, "exponential" as that, but evenly. Default: ${defaultsOf('schedule')}, constant else.`,
  ),
  warmUpSteps: setting(
    whole(0).default(0),
    'Steps over which the learning rate grows from 0 to its height. They help large rates to begin.',
  ),
  decayRate: setting(
    number.pipe(z.number().positive().max(1)).default(0.1),
    'What is left of the learning rate after --decay-steps, of the schedules "step" and "exponential".',
  ),
  decaySteps: setting(positive, 'Steps between two falls of the learning rate. A third of all steps, unless given.'),
  hiddenUnits: setting(
    positive,
    `Size of the hidden layer, of presets that have one. More can learn more, and cost more. Default: ${defaultsOf('hiddenUnits')}.`,
  ),
  classWeight: setting(
    classWeight.optional(),
    'Weights of the classes in their order, with commas between, or "balanced": classes that are rare weigh as much as others.',
  ),
  validationSplit: setting(
    number.pipe(z.number().min(0).lt(1)).default(0),
    'The part of the training rows that is kept from training, and tells after each epoch how the model does on rows that it has not seen.',
  ),
  patience: setting(
    positive,
    'End the training when so many epochs in a row were no better than the best one on the validation rows. Without it, all steps are taken.',
  ),
  monitor: setting(z.enum(['loss', 'accuracy']).default('loss'), 'Which figure of the validation says what is better, for --patience.'),
  restoreBest: setting(boolean.default(true), 'With --patience: whether to publish the weights of the best epoch, or those of the last.'),
  memoryMb: setting(
    whole(0).optional(),
    'The most that the rows may take in memory, in MiB: those that take more stay on the disk, and are shuffled less well. Default: a quarter of what the process may use, limits of a container included.',
  ),
  shuffleMb: setting(
    positive,
    'The memory, in MiB, in which rows that stay on the disk are read and shuffled. More mixes them better. Default: 64, or --memory-mb if that is less.',
  ),
  work: setting(
    z.string().min(1).optional(),
    'Folder for checkpoints of trainings that are not finished, and for their rows where these stay on the disk but have to be unpacked. By default .trainings in the store, where that is a folder; else there are none.',
  ),
  resume: setting(
    boolean.default(true),
    'Whether to keep checkpoints in --work, and to go on from one of the same data and settings. Off, a killed training starts anew.',
  ),
  checkpointSeconds: setting(
    number.pipe(z.number().min(0)).default(10),
    'The least time between two checkpoints: what a crash costs at most. Less costs more writing.',
  ),
  savedModel: setting(
    boolean.default(true),
    'Whether the artifact has the model as a SavedModel as well, which Python and others read. It doubles the size of the artifact. Only the native backend can write it.',
  ),
  backend: setting(
    z.enum(['auto', 'native', 'wasm', 'plain']).default('auto'),
    'What computes: "native" (the library of TensorFlow), "wasm" or "plain" JavaScript. "auto" takes the best there is; any other that is not there ends the start. The same seed gives the same model on the same backend only.',
  ),
};

export type TrainerValues = Values<typeof settings>;
