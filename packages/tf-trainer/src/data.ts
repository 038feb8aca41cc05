import { UserError } from '@switchyard/config';
import { selectRows, shuffledOrder, type Dataset } from '@switchyard/dataset';
import { loadSplit } from '@switchyard/training';
import { classWeights } from './class-weight.ts';
import { inputOf, type Input } from './input.ts';
import { memoryRows, type Rows } from './rows.ts';
import { streams } from './seeded.ts';
import type { TrainerValues } from './settings.ts';
import type { TargetScale } from './trainable.ts';

/** The data of one training: rows to learn from, to validate on, to test with, and what is known of them. */
export type TrainingData = {
  /** All of the rows to train on, those for validation among them. */
  readonly facts: Pick<Dataset, 'name' | 'digest' | 'rows' | 'shape' | 'classNames' | 'columnNames' | 'domain'>;
  readonly train: Rows;
  readonly validation?: Rows;
  readonly test: Rows;
  readonly input: Input;
  readonly classWeights: Float32Array;
  /** Of a regression. */
  readonly target?: TargetScale;
};

/** Loads the data as the settings say. @throws DatasetError, UserError */
export async function loadData(values: TrainerValues): Promise<TrainingData> {
  const split = await loadSplit(values, { target: values.task === 'regression' ? 'number' : 'class' });
  const input = inputOf(split.train);
  const { train, validation } = splitOff(split.train, values);
  const { name, digest, rows, shape, classNames, columnNames, domain, targets } = split.train;
  return {
    facts: { name, digest, rows, shape, classNames, ...(columnNames && { columnNames }), ...(domain && { domain }) },
    train: memoryRows(train, input),
    ...(validation && { validation: memoryRows(validation, input) }),
    test: memoryRows(split.test, input),
    input,
    classWeights: targets ? Float32Array.of(1) : classWeights(values.classWeight, train),
    ...(targets && { target: targetScale(train.targets as Float64Array) }),
  };
}

/** The rows kept for validation are drawn by the seed. */
function splitOff(data: Dataset, { validationSplit, seed }: TrainerValues): { train: Dataset; validation?: Dataset } {
  if (validationSplit === 0) return { train: data };
  const kept = Math.round(data.rows * validationSplit);
  if (kept === 0 || kept === data.rows)
    throw new UserError(
      `--validation-split ${validationSplit} of ${data.rows} rows: none would be left to ${kept === 0 ? 'validate on' : 'train on'}`,
    );
  const order = shuffledOrder(data.rows, seed, streams.validation);
  const part = (from: number, to?: number): Dataset => selectRows(data, order.slice(from, to).toSorted());
  return { train: part(kept), validation: part(0, kept) };
}

function targetScale(targets: Float64Array): TargetScale {
  const mean = targets.reduce((sum, value) => sum + value, 0) / targets.length;
  const variance = targets.reduce((sum, value) => sum + (value - mean) ** 2, 0) / targets.length;
  return { mean, deviation: Math.sqrt(variance) || 1 };
}
