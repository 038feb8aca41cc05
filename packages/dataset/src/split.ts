import { pickRows, type DatasetParts, type FeatureArray } from './dataset.ts';
import { DatasetError } from './error.ts';
import { shuffledOrder } from './order.ts';

/**
 * How rows become a training and a test set: `given` as the source has them, `half` all of them shuffled and cut in the middle,
 * a number between 0 and 1 that share of all for the test, stratified.
 */
export type SplitMode = 'given' | 'half' | number;

export type Parts = { readonly train: DatasetParts; readonly test: DatasetParts };

/**
 * @param fraction The test's share, where the split is `given` but the source has no test set of its own.
 * @throws RangeError for a share that is not between 0 and 1. @throws DatasetError where a part would have no rows.
 */
export function splitParts(source: { train: DatasetParts; test?: DatasetParts }, mode: SplitMode, fraction: number, seed: number): Parts {
  const { train, test } = source;
  if (mode === 'given' && test) return nonEmpty({ train, test });
  const all = test ? poolRows(train, test) : train;
  const rows = splitRows(all, mode === 'given' ? fraction : mode, seed);
  return nonEmpty({ train: pickRows(all, rows.train), test: pickRows(all, rows.test) });
}

export type SplitRows = { readonly train: Uint32Array; readonly test: Uint32Array };

/**
 * Which rows train and which test. A share is drawn from each class and both parts keep the source's order; halves come in the order drawn.
 *
 * @throws RangeError for a share that is not between 0 and 1.
 */
export function splitRows(all: Labelled, mode: 'half' | number, seed: number): SplitRows {
  return mode === 'half' ? halves(all, seed) : stratified(all, mode, seed);
}

type Labelled = Pick<DatasetParts, 'rows' | 'labels' | 'classNames'>;

/** The seed system's split: all rows shuffled, the first half to train with, the second to test with. */
function halves(all: Labelled, seed: number): SplitRows {
  const order = shuffledOrder(all.rows, seed);
  const middle = Math.floor(all.rows / 2);
  return { train: order.subarray(0, middle), test: order.subarray(middle) };
}

/**
 * For each class the same share of its rows, drawn by the seed; both parts keep the source's order. What rounding leaves of one class is
 * carried to the next, so the whole test set is of the size asked for; a class of one row is only trained on.
 */
function stratified(all: Labelled, fraction: number, seed: number): SplitRows {
  if (!(fraction > 0 && fraction < 1)) throw new RangeError(`test fraction ${fraction} is not between 0 and 1`);
  const classes = all.classNames.length;
  const counts = new Uint32Array(classes);
  for (const label of all.labels) counts[label]! += 1;
  const wanted = new Uint32Array(classes);
  let [seen, taken] = [0, 0];
  counts.forEach((count, label) => {
    seen += count;
    const left = Math.max(0, Math.round(seen * fraction) - taken);
    taken += wanted[label] = Math.max(0, Math.min(left, count - 1));
  });
  const tested = new Uint8Array(all.rows);
  for (const row of shuffledOrder(all.rows, seed)) {
    const label = all.labels[row] as number;
    if (wanted[label] === 0) continue;
    wanted[label]! -= 1;
    tested[row] = 1;
  }
  const parts = [new Uint32Array(all.rows - taken), new Uint32Array(taken)] as const; // no arrays of numbers: there may be many rows
  const ends = [0, 0];
  tested.forEach((part, row) => {
    (parts[part] as Uint32Array)[ends[part]!++] = row;
  });
  return { train: parts[0], test: parts[1] };
}

/** All rows of both, the training set's first. */
export function poolRows(train: DatasetParts, test: DatasetParts): DatasetParts {
  return {
    ...train,
    rows: train.rows + test.rows,
    features: concat(train.features, test.features),
    labels: concat(train.labels, test.labels),
    ...(train.targets && test.targets && { targets: concat(train.targets, test.targets) }),
    ...(train.weights && test.weights && { weights: concat(train.weights, test.weights) }),
  };
}

function concat<T extends FeatureArray | Uint16Array>(first: T, second: T): T {
  const both = new (first.constructor as new (length: number) => T)(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** @throws DatasetError where a part has no rows. */
export function nonEmpty<T extends { readonly train: Counted; readonly test: Counted }>(parts: T): T {
  const { train, test } = parts;
  if (train.rows === 0 || test.rows === 0)
    throw new DatasetError(
      train.name,
      undefined,
      `${train.rows + test.rows} rows: too few for a training set of ${train.rows} and a test set of ${test.rows}`,
    );
  return parts;
}

type Counted = Pick<DatasetParts, 'name' | 'rows'>;
