import { ForestError } from './error.ts';

type Rows = {
  /** Row-major, `rows × columns`. Bytes are used as they are, other numbers in at most 255 bins a column; NaN is a missing value. */
  readonly features: Uint8Array | Float32Array | Float64Array;
  readonly rows: number;
  readonly columns: number;
  /** What each row weighs, from 0; 1 unless given. */
  readonly sampleWeights?: Float64Array | undefined;
  /** Columns whose numbers are categories, from 0 to 65,535, without an order. */
  readonly categorical?: readonly number[] | undefined;
};

/** Rows of classes. */
export type ClassifiedRows = Rows & {
  readonly task?: 'classification';
  /** One class index a row. */
  readonly labels: Uint8Array | Uint16Array;
  readonly classes: number;
};

/** Rows of numbers. */
export type MeasuredRows = Rows & { readonly task: 'regression'; readonly targets: Float64Array };

/** Labelled rows to train on. */
export type LabelledRows = ClassifiedRows | MeasuredRows;

const mostRows = 0x7fff_ffff;
const mostClasses = 65_535;

/** @throws ForestError for rows that no forest can be made of. */
export function checkRows(given: LabelledRows): void {
  const { features, rows, columns } = given;
  if (rows < 1 || columns < 1) throw new ForestError(`${rows} rows of ${columns} columns: a forest needs at least one of each`);
  if (rows > mostRows || columns > mostRows)
    throw new ForestError(`${rows} rows of ${columns} columns; at most ${mostRows} of each are supported`);
  if (features.length !== rows * columns)
    throw new ForestError(`${features.length} features, but ${rows} rows × ${columns} columns are ${rows * columns}`);
  if (given.task === 'regression') checkTargets(given);
  else checkLabels(given);
  checkWeights(given);
  for (const column of given.categorical ?? [])
    if (!Number.isInteger(column) || column < 0 || column >= columns)
      throw new ForestError(`categorical column ${column}; columns are from 0 to ${columns - 1}`);
}

function checkLabels({ labels, rows, classes }: ClassifiedRows): void {
  if (labels.length !== rows) throw new ForestError(`${labels.length} labels for ${rows} rows`);
  if (!Number.isInteger(classes) || classes < 1 || classes > mostClasses)
    throw new ForestError(`${classes} classes; from 1 to ${mostClasses} are supported`);
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong >= 0) throw new ForestError(`row ${wrong}: label ${labels[wrong]} is not one of the ${classes} classes`);
}

function checkTargets({ targets, rows }: MeasuredRows): void {
  if (targets.length !== rows) throw new ForestError(`${targets.length} targets for ${rows} rows`);
  const wrong = targets.findIndex((target) => !Number.isFinite(target));
  if (wrong >= 0) throw new ForestError(`row ${wrong}: the target is ${targets[wrong]}; it is a finite number`);
}

function checkWeights({ sampleWeights, rows }: Rows): void {
  if (!sampleWeights) return;
  if (sampleWeights.length !== rows) throw new ForestError(`${sampleWeights.length} sample weights for ${rows} rows`);
  const wrong = sampleWeights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (wrong >= 0) throw new ForestError(`row ${wrong}: the sample weight is ${sampleWeights[wrong]}; it is a finite number from 0`);
  if (!sampleWeights.some((weight) => weight > 0)) throw new ForestError('all sample weights are 0');
}
