import { createHash } from 'node:crypto';
import type { Artifact } from '@switchyard/artifact';
import { openTensorFlow, saveLayersModel, type TensorFlow } from '@switchyard/tensorflow';
import {
  evaluate,
  evaluateRegression,
  inputContract,
  outputSpec,
  publishModel,
  regressionSvg,
  workPlace,
  type Evaluation,
  type RegressionEvaluation,
  type ReportProgress,
  type TrainedModel,
} from '@switchyard/training';
import { buildModel } from './build.ts';
import { checkpoint, type Checkpoint } from './checkpoint.ts';
import { loadData, type TrainingData } from './data.ts';
import { fit, type Fit } from './fit.ts';
import { finalLoss, historyFiles } from './history.ts';
import { hyperparametersOf, type Hyperparameters } from './hyperparameters.ts';
import { optimizers } from './optimizer.ts';
import { predictRows } from './predict.ts';
import { producer } from './producer.ts';
import { savedModelFiles } from './saved-model.ts';
import type { TrainerValues } from './settings.ts';
import type { Trainable } from './trainable.ts';

type Run = { readonly report: ReportProgress; readonly signal: AbortSignal };
type Outcome = { readonly artifact: Artifact; readonly evaluation: Evaluation | RegressionEvaluation };

/** Loads the data, trains a model on it, tests it and publishes it. */
export async function train(values: TrainerValues, report: ReportProgress, signal: AbortSignal): Promise<Outcome> {
  const [data, tensorflow] = await Promise.all([loadData(values, report), openTensorFlow({ backend: values.backend })]);
  try {
    const outcome = await trainOn(data, tensorflow, values, { report, signal });
    await data.remove();
    return outcome;
  } finally {
    await data.close();
  }
}

async function trainOn(data: TrainingData, tensorflow: TensorFlow, values: TrainerValues, run: Run): Promise<Outcome> {
  const { tf, backend } = tensorflow;
  const { facts, train, shuffleMb } = data;
  const hyperparameters = hyperparametersOf(values, { ...facts, rows: train.rows, shuffleMb }, backend);
  const model = await buildModel(tf, data, hyperparameters, values);
  try {
    const kept = await checkpointOf(values, data, hyperparameters, model);
    const fitted = await fitModel(tensorflow, model, data, hyperparameters, kept, values, run);
    const outcome = await publish(tensorflow, model, data, hyperparameters, fitted, values);
    await kept?.remove();
    return outcome;
  } finally {
    model.model.dispose(); // its layers, and so those of `scores`
  }
}

/** Where this very training is kept while it runs: same data, same settings, same model with the same weights to begin with. */
async function checkpointOf(
  values: TrainerValues,
  data: TrainingData,
  hyperparameters: Hyperparameters,
  { model }: Trainable,
): Promise<Checkpoint | undefined> {
  const work = values.work ?? workPlace(values.store, '.trainings');
  if (!values.resume || work === undefined) return undefined;
  const hash = createHash('sha256');
  for (const content of Object.values(await saveLayersModel(model))) hash.update(content);
  const { digest, rows } = data.facts;
  return checkpoint(work, values.name, { dataset: digest, rows, hyperparameters, seed: values.seed, producer, model: hash.digest('hex') });
}

function fitModel(
  { tf }: TensorFlow,
  model: Trainable,
  { train, validation, classWeights, target }: TrainingData,
  { steps, batchSize, optimizer, learningRate, schedule = 'constant', decayRate = 1, decaySteps = 1 }: Hyperparameters,
  checkpoint: Checkpoint | undefined,
  values: TrainerValues,
  run: Run,
): Promise<Fit> {
  const { seed, warmUpSteps, monitor, patience, restoreBest, checkpointSeconds } = values;
  return fit(tf, model, train, {
    steps,
    batchSize,
    learningRate,
    schedule,
    warmUpSteps,
    decayRate,
    decaySteps,
    seed,
    classWeights,
    target,
    validation,
    monitor,
    patience,
    restoreBest: restoreBest && patience !== undefined,
    checkpoint,
    checkpointMs: 1000 * checkpointSeconds,
    optimizer: optimizers[optimizer],
    ...run,
  });
}

async function publish(
  { tf }: TensorFlow,
  { model }: Trainable,
  { facts, test, input, target }: TrainingData,
  hyperparameters: Hyperparameters,
  { steps, history, best }: Fit,
  { store, name, seed, savedModel }: TrainerValues,
): Promise<Outcome> {
  const { truth, predicted } = await predictRows(tf, model, test, target !== undefined);
  const evaluation = target ? evaluateRegression(truth, predicted) : evaluate(truth, predicted, facts.classNames);
  const drawing = target && { 'report/predicted.svg': new TextEncoder().encode(regressionSvg(truth, predicted)) };
  const { classNames, ...unnamed } = facts;
  const output = target ? { name: 'value', datatype: 'FP32' as const, shape: [-1, 1], columns: [...classNames] } : outputSpec(classNames);
  const signature = { inputs: [inputContract(facts).spec], outputs: [output] };
  const artifact = await publishModel({
    store,
    name,
    format: 'tfjs-layers',
    signature,
    ...(input.scaling && { scaling: input.scaling }),
    hyperparameters: { ...hyperparameters },
    seed,
    producer,
    files: {
      ...(await saveLayersModel(model)),
      ...(savedModel && savedModelFiles(model, signature)),
      ...historyFiles(history),
      ...drawing,
    },
    dataset: target ? unnamed : facts,
    evaluation,
    metrics: metricsOf(history, steps, best),
  });
  return { artifact, evaluation };
}

function metricsOf(history: Fit['history'], steps: number, best: Fit['best']): NonNullable<TrainedModel['metrics']> {
  const told = history.validation.find(({ step }) => step === best?.step);
  return {
    loss: finalLoss(history),
    steps,
    ...(told && { 'validation-loss': told.loss, 'best-step': told.step }),
    ...(told?.accuracy !== undefined && { 'validation-accuracy': told.accuracy }),
  };
}
