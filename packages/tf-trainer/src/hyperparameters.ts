import { basename } from 'node:path';
import { UserError } from '@switchyard/config';
import type { Dataset } from '@switchyard/dataset';
import type { Backend } from '@switchyard/tensorflow';
import type { Monitor } from './early-stopping.ts';
import type { OptimizerName } from './optimizer.ts';
import { ownDefaults, presets, type PresetName } from './preset.ts';
import type { ScheduleName } from './schedule.ts';
import type { TrainerValues } from './settings.ts';

/** How a model was trained. One of `preset` and `model` is there. */
export type Hyperparameters = {
  readonly preset?: PresetName;
  /** Name of the user's file. */
  readonly model?: string;
  readonly task?: 'regression';
  readonly backend: Backend;
  readonly steps: number;
  readonly batchSize: number;
  readonly optimizer: OptimizerName;
  readonly learningRate: number;
  readonly schedule?: ScheduleName;
  readonly warmUpSteps?: number;
  readonly decayRate?: number;
  readonly decaySteps?: number;
  readonly hiddenUnits?: number;
  readonly classWeight?: string;
  readonly validationSplit?: number;
  readonly patience?: number;
  readonly monitor?: Monitor;
  readonly restoreBest?: boolean;
  /** Of data that stays on the disk: the memory it is shuffled in, in MiB. */
  readonly shuffleMb?: number;
};

/**
 * The settings, completed by the defaults of the model; what is not used is left out. They are stated in the artifact.
 * @param data The rows to train on, without those kept for validation.
 * @throws UserError for those that contradict each other or the data.
 */
export function hyperparametersOf(
  values: TrainerValues,
  data: Pick<Dataset, 'name' | 'rows' | 'classNames'> & { readonly shuffleMb?: number | undefined },
  backend: Backend,
): Hyperparameters {
  const { preset = 'softmax', model, task, steps, epochs, hiddenUnits, warmUpSteps, patience, validationSplit } = values;
  check(values, data);
  const { defaults } = model === undefined ? presets[preset] : { defaults: ownDefaults };
  const batchSize = values.batchSize ?? defaults.batchSize;
  const gone = epochs ?? (steps === undefined ? defaults.epochs : undefined);
  const all = gone === undefined ? (steps ?? (defaults.steps as number)) : gone * Math.ceil(data.rows / batchSize);
  const schedule = values.schedule ?? defaults.schedule ?? 'constant';
  const decaying = schedule === 'step' || schedule === 'exponential';
  return {
    ...(model === undefined ? { preset } : { model: basename(model) }),
    ...(task === 'regression' && { task }),
    backend,
    steps: all,
    batchSize,
    optimizer: values.optimizer ?? defaults.optimizer,
    learningRate: values.learningRate ?? defaults.learningRate,
    ...(schedule !== 'constant' && { schedule }),
    ...(warmUpSteps > 0 && { warmUpSteps }),
    ...(decaying && { decayRate: values.decayRate, decaySteps: values.decaySteps ?? Math.max(1, Math.round(all / 3)) }),
    ...(defaults.hiddenUnits && { hiddenUnits: hiddenUnits ?? defaults.hiddenUnits }),
    ...(values.classWeight !== undefined && { classWeight: String(values.classWeight) }),
    ...(validationSplit > 0 && { validationSplit }),
    ...(patience !== undefined && { patience, monitor: values.monitor, restoreBest: values.restoreBest }),
    ...(data.shuffleMb !== undefined && { shuffleMb: data.shuffleMb }),
  };
}

function check(values: TrainerValues, { name, classNames }: Pick<Dataset, 'name' | 'classNames'>): void {
  const { preset, model, task, steps, epochs, hiddenUnits, patience, validationSplit, classWeight, monitor, schedule, decaySteps } = values;
  const refuse = (message: string): never => {
    throw new UserError(message);
  };
  if (preset !== undefined && model !== undefined) refuse(`--preset ${preset} and --model ${model}: give one of them`);
  if (steps !== undefined && epochs !== undefined) refuse(`--steps ${steps} and --epochs ${epochs}: give one of them`);
  const chosen = presets[preset ?? 'softmax'];
  if (hiddenUnits !== undefined && model !== undefined)
    refuse(`--hidden-units ${hiddenUnits}: a model of your own has the layers that it has`);
  if (hiddenUnits !== undefined && chosen.defaults.hiddenUnits === undefined)
    refuse(`--hidden-units ${hiddenUnits}: preset "${preset ?? 'softmax'}" has no hidden layer; "mlp" has one`);
  if (patience !== undefined && validationSplit === 0)
    refuse(`--patience ${patience} wants rows to judge by: give --validation-split, such as 0.1`);
  if (decaySteps !== undefined && schedule !== 'step' && schedule !== 'exponential')
    refuse(
      `--decay-steps ${decaySteps}: the schedule "${schedule ?? chosen.defaults.schedule ?? 'constant'}" has none; "step" and "exponential" have`,
    );
  if (task === 'regression') {
    if (model === undefined && !chosen.regression)
      refuse(`--task regression: preset "${preset ?? 'softmax'}" has classes; give --preset linear, mlp or cnn`);
    if (classWeight !== undefined) refuse('--class-weight: a regression has no classes');
    if (monitor === 'accuracy') refuse('--monitor accuracy: a regression has none; give loss');
  } else if (classNames.length < 2) refuse(`dataset "${name}" has one class, "${classNames[0]}": nothing to learn`);
}
