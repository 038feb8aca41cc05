import { setImmediate } from 'node:timers/promises';
import { UserError } from '@switchyard/config';
import type { Batch } from '@switchyard/dataset';
import { bytesTensor, takesBytes, traceFunction, type Library } from '@switchyard/tensorflow';
import type { ReportProgress } from '@switchyard/training';
import type { Checkpoint, TrainingState } from './checkpoint.ts';
import { watch, type Best, type Monitor } from './early-stopping.ts';
import { addStep, emptyHistory, type History } from './history.ts';
import type { Optimizer } from './optimizer.ts';
import type { Rows } from './rows.ts';
import { watchInput } from './input-waits.ts';
import { learningRateAt, type ScheduleOptions } from './schedule.ts';
import { seeded, streams } from './seeded.ts';
import { restoreSnapshot, takeSnapshot, type Snapshot } from './snapshot.ts';
import { speedometer } from './speed.ts';
import { createStep, stepVariables, type Step } from './step.ts';
import type { TargetScale, Trainable } from './trainable.ts';
import { truthOf } from './truth.ts';
import { createValidator, type Validator } from './validate.ts';

export type FitOptions = ScheduleOptions & {
  readonly batchSize: number;
  readonly seed: number;
  readonly optimizer: Optimizer;
  /** The weight of each class in the loss. */
  readonly classWeights: Float32Array;
  /** Of a regression. */
  readonly target?: TargetScale | undefined;
  /** What the model is tried on after each epoch, and at the end. */
  readonly validation?: Rows | undefined;
  readonly monitor: Monitor;
  /** Validations without a better one after which the training ends. */
  readonly patience?: number | undefined;
  readonly restoreBest: boolean;
  readonly checkpoint?: Checkpoint | undefined;
  readonly checkpointMs: number;
  readonly report: ReportProgress;
  readonly signal: AbortSignal;
};

export type Fit = { readonly steps: number; readonly history: History; readonly best?: Best | undefined };

/** Scaled, or bytes that the step scales. */
type TrainingBatch = Batch | Batch<Uint8Array>;

const breath = 50; // milliseconds of computing between two looks at signals and messages
const mostPoints = 100; // of a learning curve

/**
 * Trains a model, from its checkpoint if there is one. The same seed sees the same rows in the same order and draws the same chance,
 * interrupted or not. Leaves no tensor behind but the model's.
 *
 * @throws UserError where the loss is no longer a number, or the backend cannot train the model. @throws the signal's reason where it is
 * aborted, after a last checkpoint.
 */
export async function fit(tf: Library, trainable: Trainable, rows: Rows, options: FitOptions): Promise<Fit> {
  const { optimizer, checkpoint } = options;
  const { weights, slots } = stepVariables(tf, trainable, optimizer);
  const variables = [...weights, ...slots.flat()];
  const bytes = takesBytes() ? rows.bytes : undefined;
  const step = traceFunction(createStep(tf, trainable, optimizer, { weights, slots }, bytes), { name: 'the step of the training' });
  const validator = createValidator(tf, trainable);
  try {
    const kept = await checkpoint?.read();
    if (kept) restoreSnapshot(tf, variables, kept.variables);
    const shuffled = bytes?.shuffled ?? rows.shuffled;
    const state = await loop(tf, { trainable, rows, shuffled, step, validator, variables, weights, options }, kept);
    const { best, bestWeights } = state;
    if (bestWeights) restoreSnapshot(tf, weights, bestWeights);
    return { steps: state.step, history: state.history, best };
  } finally {
    step.dispose();
    validator.dispose();
    tf.dispose(slots.flat());
  }
}

type Loop = {
  readonly trainable: Trainable;
  readonly rows: Rows;
  readonly shuffled: Rows['shuffled'] | NonNullable<Rows['bytes']>['shuffled'];
  readonly step: Step;
  readonly validator: Validator;
  readonly variables: Parameters<typeof takeSnapshot>[0];
  readonly weights: Parameters<typeof takeSnapshot>[0];
  readonly options: FitOptions;
};

async function loop(tf: Library, parts: Loop, kept: TrainingState | undefined): Promise<Omit<TrainingState, 'variables'>> {
  const { trainable, rows, shuffled, step, validator, variables, weights, options } = parts;
  const { steps, batchSize, seed, optimizer, validation, monitor, patience, restoreBest, report, signal } = options;
  const perEpoch = Math.ceil(rows.rows / batchSize);
  const every = Math.max(1, Math.ceil(steps / mostPoints));
  const history = kept?.history ?? emptyHistory();
  let best: Best | undefined = kept?.best;
  let bestWeights: Snapshot | undefined = kept?.bestWeights;
  let done = kept?.step ?? 0;
  const given = (): boolean => patience !== undefined && best !== undefined && best.waited >= patience;
  const keep = async (): Promise<void> =>
    options.checkpoint?.write({ step: done, history, best, bestWeights, variables: takeSnapshot(variables) });
  if (done >= steps || given()) return { step: done, history, best, bestWeights };

  const speed = speedometer();
  let [rested, saved] = [performance.now(), performance.now()];
  const input = watchInput<TrainingBatch>(shuffled(batchSize, seed, done));
  for await (const batch of input.batches) {
    done++;
    const learningRate = learningRateAt(options, done);
    const [loss, right] = runStep(tf, step, batch, optimizer.rate(learningRate, done), done, options);
    if (!Number.isFinite(loss)) throw new UserError(`the loss is ${loss} after ${done} steps: a smaller --learning-rate may help`);
    const epoch = done / perEpoch;
    const whole = done % perEpoch === 0 || done === steps;
    const result = { loss, right: trainable.kind === 'value' ? undefined : right, rows: batch.rows };
    addStep(history, { step: done, epoch, learningRate }, result, done % every === 0 || whole);
    if (validation && whole) {
      const point = { step: done, epoch, ...(await validator.validate(validation, options.target)) };
      history.validation.push(point);
      best = watch(best, monitor, point);
      if (restoreBest && best.step === done) bestWeights = takeSnapshot(weights);
    }
    const accuracy = result.right === undefined ? '' : `, accuracy ${right.toFixed(3)}`;
    const validated = history.validation.at(-1);
    const also = validated ? `, validation ${validated.accuracy?.toFixed(4) ?? validated.loss.toFixed(4)}` : '';
    report({
      phase: 'training',
      done,
      total: steps,
      detail: `loss ${loss.toFixed(3)}${accuracy}${also}, ${speed(batch.rows, steps - done)}, ${input.waits()}`,
    });
    if (done === steps || given()) break;
    const now = performance.now();
    if (options.checkpoint && now - saved >= options.checkpointMs) {
      await keep();
      saved = performance.now();
    }
    if (now - rested < breath) continue;
    await setImmediate();
    if (signal.aborted) {
      await keep();
      signal.throwIfAborted();
    }
    rested = performance.now();
  }
  return { step: done, history, best, bestWeights };
}

function runStep(
  tf: Library,
  step: Step,
  batch: TrainingBatch,
  rate: number,
  done: number,
  { seed, classWeights, target }: FitOptions,
): [number, number] {
  const { features, labels, rows } = batch;
  const weights = Float32Array.from(labels, (label) => classWeights[label] as number);
  try {
    return seeded(seed, streams.step + done, () =>
      tf.tidy(() => {
        const shape: [number, number] = [rows, features.length / rows];
        const x = features instanceof Uint8Array ? bytesTensor(features, shape) : tf.tensor2d(features, shape);
        const [loss = NaN, right = NaN] = step(x, truthOf(tf, batch, target), tf.tensor1d(weights), tf.scalar(rate)).dataSync();
        return [loss, right] as [number, number];
      }),
    );
  } catch (error) {
    const [, kernel, backend] = /Kernel '(\w+)' not registered for backend '(\w+)'/.exec(String(error)) ?? [];
    if (kernel === undefined) throw error;
    const advice = '--backend native can, and --backend plain, many times slower';
    throw new UserError(`backend "${backend}" cannot train this model: it has no ${kernel}. ${advice}`, { cause: error });
  }
}
