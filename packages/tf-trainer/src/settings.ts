import { z } from 'zod';
import { integer, number, setting, type Values } from '@switchyard/config';
import { trainingSettings } from '@switchyard/training';
import { optimizers, type OptimizerName } from './optimizer.ts';
import { presets, type PresetName } from './preset.ts';

const keys = <K extends string>(registry: Readonly<Record<K, unknown>>) => Object.keys(registry) as [K, ...K[]];

const positive = integer.pipe(z.int().min(1)).optional();

/** What `presets` says of one default, in words: "1000 (softmax), 1200 (mlp)". */
const defaultsOf = (what: 'steps' | 'batchSize' | 'optimizer' | 'learningRate'): string =>
  Object.entries(presets)
    .map(([name, { defaults }]) => `${defaults[what]} (${name})`)
    .join(', ');

export const settings = {
  ...trainingSettings('mnist-tensorflow'),
  preset: setting(
    z.enum(keys<PresetName>(presets)).default('softmax'),
    'The model. "softmax" is one layer, quick and plain; "mlp" has a hidden layer, and is better and slower.',
  ),
  steps: setting(
    positive,
    `How many batches to train on. More fit better, up to a point, and take longer. Preset: ${defaultsOf('steps')}.`,
  ),
  epochs: setting(positive, 'How often to go through all training rows, in place of --steps.'),
  batchSize: setting(
    positive,
    `Rows a step. More give surer steps and use the machine better, but take more of them to learn as much. Preset: ${defaultsOf('batchSize')}.`,
  ),
  optimizer: setting(
    z.enum(keys<OptimizerName>(optimizers)).optional(),
    `How a gradient becomes a step: ${Object.keys(optimizers).join(', ')}. Preset: ${defaultsOf('optimizer')}.`,
  ),
  learningRate: setting(
    number.pipe(z.number().positive()).optional(),
    `How far a step goes. Too small learns slowly, too large not at all. Preset: ${defaultsOf('learningRate')}.`,
  ),
  hiddenUnits: setting(
    positive,
    'Size of the hidden layer, of models that have one. More can learn more, and cost more. Preset: 64 (mlp).',
  ),
  backend: setting(
    z.enum(['native', 'wasm', 'plain']).optional(),
    'What computes: "native" (the library of TensorFlow), "wasm" or "plain" JavaScript. The best there is, unless given. The same seed gives the same model on the same backend only.',
  ),
};

export type TrainerValues = Values<typeof settings>;
