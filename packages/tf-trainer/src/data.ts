import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@switchyard/config';
import { isOnDisk, selectDiskRows, selectRows, shuffledOrder, type Dataset, type DiskDataset } from '@switchyard/dataset';
import { openSplit, workPlace, type ReportProgress } from '@switchyard/training';
import { classWeights } from './class-weight.ts';
import { inputOf, type Input } from './input.ts';
import { dataMemory } from './memory.ts';
import { rowsOf, type Rows } from './rows.ts';
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
  /** Of data that stays on the disk: the memory that it is shuffled in, in MiB. The order of the rows depends on it. */
  readonly shuffleMb?: number;
  /** Closes what is open; the rows cannot be read any more. */
  close(): Promise<void>;
  /** Removes what was unpacked or converted to train from. */
  remove(): Promise<void>;
};

/** Loads the data as the settings say, or leaves it on the disk where it is larger than memory. @throws DatasetError, UserError */
export async function loadData(values: TrainerValues, report: ReportProgress): Promise<TrainingData> {
  const { memoryMb, memoryBytes, shuffleMb, shuffleBytes } = dataMemory(values);
  const onDisk = (bytes: number): void => {
    const detail = `rows of ${Math.ceil(bytes / 2 ** 20)} MiB exceed --memory-mb ${memoryMb}: they stay on the disk`;
    report({ phase: 'reading', done: 0, total: 1, detail });
  };
  const target = values.task === 'regression' ? 'number' : 'class';
  const opened = await openSplit(values, { target, memoryBytes, work: dataPlace(values), onDisk });
  try {
    const input = await inputOf(opened.train);
    const { train, validation } = splitOff(opened.train, values);
    const { name, digest, rows, shape, classNames, columnNames, domain, targets } = opened.train;
    return {
      facts: { name, digest, rows, shape, classNames, ...(columnNames && { columnNames }), ...(domain && { domain }) },
      train: rowsOf(train, input, shuffleBytes),
      ...(validation && { validation: rowsOf(validation, input, shuffleBytes) }),
      test: rowsOf(opened.test, input, shuffleBytes),
      input,
      classWeights: targets ? Float32Array.of(1) : classWeights(values.classWeight, train),
      ...(targets && { target: targetScale(train.targets as Float64Array) }),
      ...(isOnDisk(train) && { shuffleMb }),
      close: opened.close,
      remove: opened.remove,
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** Beside the checkpoints, so that whoever goes on finds it; a store that is no folder has none. */
function dataPlace({ work, store, name }: TrainerValues): string {
  return join(work ?? workPlace(store, '.trainings') ?? join(tmpdir(), 'switchyard-trainings'), name);
}

/** The rows kept for validation are drawn by the seed. */
function splitOff<T extends Dataset | DiskDataset>(data: T, { validationSplit, seed }: TrainerValues): { train: T; validation?: T } {
  if (validationSplit === 0) return { train: data };
  const kept = Math.round(data.rows * validationSplit);
  if (kept === 0 || kept === data.rows)
    throw new UserError(
      `--validation-split ${validationSplit} of ${data.rows} rows: none would be left to ${kept === 0 ? 'validate on' : 'train on'}`,
    );
  const order = shuffledOrder(data.rows, seed, streams.validation);
  const select = (rows: Uint32Array): Dataset | DiskDataset => (isOnDisk(data) ? selectDiskRows(data, rows) : selectRows(data, rows));
  const part = (from: number, to?: number): T => select(order.slice(from, to).toSorted()) as T;
  return { train: part(kept), validation: part(0, kept) };
}

function targetScale(targets: Float64Array): TargetScale {
  const mean = targets.reduce((sum, value) => sum + value, 0) / targets.length;
  const variance = targets.reduce((sum, value) => sum + (value - mean) ** 2, 0) / targets.length;
  return { mean, deviation: Math.sqrt(variance) || 1 };
}
