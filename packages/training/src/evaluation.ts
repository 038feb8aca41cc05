import { pairwiseSum } from './pairwise-sum.ts';

/** How well one class is found. Each figure is 0 where it would divide by zero. */
export type ClassFigures = {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Rows whose true class this is. */
  readonly support: number;
};

/** So many rows of class `truth` were taken for `predicted`. */
export type ConfusionCell = { readonly truth: number; readonly predicted: number; readonly count: number };

/** What a classifier got right and wrong over labelled rows. */
export type Evaluation = {
  readonly task: 'classification';
  readonly rows: number;
  readonly accuracy: number;
  readonly classNames: readonly string[];
  /** One entry a class, in the order of `classNames`. */
  readonly classes: readonly ClassFigures[];
  /** The mean over the classes: each counts the same. */
  readonly macro: ClassFigures;
  /** The mean over the rows: each class counts as often as it occurs. */
  readonly weighted: ClassFigures;
  /** What occurred, by truth and then by prediction: the matrix of 65,535 classes would be 4 billion cells, nearly all of them 0. */
  readonly confusion: readonly ConfusionCell[];
};

/**
 * Compares predicted class indices with the true ones.
 *
 *     evaluate([0, 1, 1], [0, 1, 0], ['cat', 'dog']).accuracy   // 0.666…
 *
 * @throws RangeError where the lengths differ, there is no row, or an index names no class.
 */
export function evaluate(labels: ArrayLike<number>, predicted: ArrayLike<number>, classNames: readonly string[]): Evaluation {
  const confusion = count(labels, predicted, classNames.length);
  const rows = labels.length;
  const [truths, guesses, hits] = [zeros(classNames), zeros(classNames), zeros(classNames)];
  for (const { truth, predicted, count } of confusion) {
    truths[truth]! += count;
    guesses[predicted]! += count;
    if (truth === predicted) hits[truth] = count;
  }
  const classes = hits.map((hit, index) => figures(hit, guesses[index] as number, truths[index] as number));
  return {
    task: 'classification',
    rows,
    accuracy: hits.reduce((sum, hit) => sum + hit, 0) / rows,
    classNames,
    classes,
    macro: mean(
      classes,
      classes.map(() => 1),
      rows,
    ),
    weighted: mean(classes, truths, rows),
    confusion,
  };
}

/** The matrix of `[truth][predicted]`, zeros and all: for few classes. */
export function confusionMatrix({ confusion, classNames }: Pick<Evaluation, 'confusion' | 'classNames'>): number[][] {
  const matrix = classNames.map(() => zeros(classNames));
  for (const { truth, predicted, count } of confusion) matrix[truth]![predicted] = count;
  return matrix;
}

function count(labels: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): ConfusionCell[] {
  if (labels.length !== predicted.length) throw new RangeError(`${labels.length} labels, but ${predicted.length} predictions`);
  if (labels.length === 0) throw new RangeError('there is no row to evaluate');
  const known = (index: number): boolean => Number.isInteger(index) && index >= 0 && index < classes;
  const counts = new Map<number, number>();
  for (let row = 0; row < labels.length; row++) {
    const [truth, guess] = [labels[row] as number, predicted[row] as number];
    if (!known(truth)) throw new RangeError(`row ${row}: label ${truth} is not one of the ${classes} classes`);
    if (!known(guess)) throw new RangeError(`row ${row}: prediction ${guess} is not one of the ${classes} classes`);
    const cell = truth * classes + guess;
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([a], [b]) => a - b)
    .map(([cell, count]) => ({ truth: Math.floor(cell / classes), predicted: cell % classes, count }));
}

function figures(hits: number, guessed: number, support: number): ClassFigures {
  return { precision: ratio(hits, guessed), recall: ratio(hits, support), f1: ratio(2 * hits, guessed + support), support };
}

function mean(classes: readonly ClassFigures[], weights: readonly number[], rows: number): ClassFigures {
  const of = (pick: (each: ClassFigures) => number): number =>
    ratio(pairwiseSum(classes.map((each, index) => pick(each) * (weights[index] as number))), pairwiseSum(weights));
  return { precision: of((each) => each.precision), recall: of((each) => each.recall), f1: of((each) => each.f1), support: rows };
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const zeros = (classNames: readonly string[]): number[] => classNames.map(() => 0);
