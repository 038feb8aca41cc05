/** How well one class is found. Each figure is 0 where it would divide by zero. */
export type ClassFigures = {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Rows whose true class this is. */
  readonly support: number;
};

/** What a classifier got right and wrong over labelled rows. */
export type Evaluation = {
  readonly rows: number;
  readonly accuracy: number;
  readonly classNames: readonly string[];
  /** One entry a class, in the order of `classNames`. */
  readonly classes: readonly ClassFigures[];
  /** The mean over the classes: each counts the same. */
  readonly macro: ClassFigures;
  /** The mean over the rows: each class counts as often as it occurs. */
  readonly weighted: ClassFigures;
  /** `confusion[truth][predicted]` counts rows. */
  readonly confusion: readonly (readonly number[])[];
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
  const truths = confusion.map(sum);
  const guesses = confusion.map((_, column) => sum(confusion.map((row) => row[column] ?? 0)));
  const hits = confusion.map((row, index) => row[index] ?? 0);
  const classes = hits.map((hit, index) => figures(hit, guesses[index] ?? 0, truths[index] ?? 0));
  return {
    rows,
    accuracy: sum(hits) / rows,
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

function count(labels: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): number[][] {
  if (labels.length !== predicted.length) throw new RangeError(`${labels.length} labels, but ${predicted.length} predictions`);
  if (labels.length === 0) throw new RangeError('there is no row to evaluate');
  const confusion = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
  for (let row = 0; row < labels.length; row++) {
    const truth = confusion[labels[row] as number];
    const guess = predicted[row] as number;
    if (truth === undefined) throw new RangeError(`row ${row}: label ${labels[row]} is not one of the ${classes} classes`);
    if (truth[guess] === undefined) throw new RangeError(`row ${row}: prediction ${guess} is not one of the ${classes} classes`);
    truth[guess]++;
  }
  return confusion;
}

function figures(hits: number, guessed: number, support: number): ClassFigures {
  return { precision: ratio(hits, guessed), recall: ratio(hits, support), f1: ratio(2 * hits, guessed + support), support };
}

function mean(classes: readonly ClassFigures[], weights: readonly number[], rows: number): ClassFigures {
  const of = (pick: (each: ClassFigures) => number): number =>
    ratio(sum(classes.map((each, index) => pick(each) * (weights[index] ?? 0))), sum(weights));
  return { precision: of((each) => each.precision), recall: of((each) => each.recall), f1: of((each) => each.f1), support: rows };
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
