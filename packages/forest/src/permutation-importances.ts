import { ForestError } from './error.ts';
import type { Forest } from './forest.ts';
import { checkRows, type LabelledRows } from './labelled-rows.ts';
import { scoreOf } from './score.ts';
import { forestPredictor, type ForestPredictor } from './predictor.ts';
import { columnSeed, randomBelow } from './random.ts';

export type PermutationImportances = {
  /** By column: how much the score falls when its values are shuffled over the rows, on average over the repeats. */
  readonly means: Float64Array;
  /** Their standard deviations over the repeats. */
  readonly deviations: Float64Array;
  /** The share of rows whose class is right, or R², before anything is shuffled. */
  readonly score: number;
};

export type PermutationOptions = {
  readonly repeats?: number;
  readonly seed?: number;
  /** Told after each column. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
};

/**
 * Permutation importances (Breiman, 2001; scikit-learn's `permutation_importance`), best of rows that the forest was not trained on: unlike
 * those by impurity they do not favour columns of many values. A column that no tree asks of is 0 without a try. The same seed gives the same
 * numbers. Answers between columns, so that others have their turn.
 *
 *     const { means } = await permutationImportances(forest, test, { repeats: 5, seed: 7 });
 *
 * @throws ForestError for rows that are not the forest's.
 */
export async function permutationImportances(
  forest: Forest,
  rows: LabelledRows,
  { repeats = 5, seed = 0, onProgress, signal }: PermutationOptions = {},
): Promise<PermutationImportances> {
  checkRows(rows);
  if (rows.columns !== forest.columns) throw new ForestError(`${rows.columns} columns; the forest was trained on ${forest.columns}`);
  if ((rows.task ?? 'classification') !== forest.task)
    throw new ForestError(`rows for ${rows.task ?? 'classification'}; the forest is for ${forest.task}`);
  if (!Number.isInteger(repeats) || repeats < 1) throw new ForestError(`repeats is ${repeats}; it is a whole number from 1`);
  const predictor = forestPredictor(forest);
  const used = new Set(forest.trees.flatMap(({ features }) => [...new Set(features)]));
  const score = scoreNow(predictor, rows);
  const [means, deviations] = [new Float64Array(forest.columns), new Float64Array(forest.columns)];
  const shuffled = rows.features.slice();
  for (let column = 0; column < forest.columns; column++) {
    signal?.throwIfAborted();
    if (used.has(column)) {
      const random = randomBelow(columnSeed(seed + column));
      const falls = Array.from({ length: repeats }, () => {
        shuffleColumn(shuffled, rows.rows, rows.columns, column, random);
        return score - scoreNow(predictor, { ...rows, features: shuffled });
      });
      for (let row = 0; row < rows.rows; row++)
        shuffled[row * rows.columns + column] = rows.features[row * rows.columns + column] as number;
      means[column] = falls.reduce((sum, fall) => sum + fall, 0) / repeats;
      deviations[column] = Math.sqrt(falls.reduce((sum, fall) => sum + (fall - (means[column] as number)) ** 2, 0) / repeats);
      await new Promise((resolve) => setImmediate(resolve));
    }
    onProgress?.(column + 1, forest.columns);
  }
  return { means, deviations, score };
}

function scoreNow(predictor: ForestPredictor, rows: LabelledRows): number {
  if (rows.task !== 'regression') return scoreOf(rows, predictor.predict(rows.features, rows.rows));
  const said = new Float64Array(rows.rows);
  predictor.predictValues(rows.features, rows.rows, said);
  return scoreOf(rows, said);
}

/** Fisher and Yates, down one column of row-major cells. */
function shuffleColumn(
  cells: LabelledRows['features'],
  rows: number,
  columns: number,
  column: number,
  random: (limit: number) => number,
): void {
  for (let row = rows - 1; row > 0; row--) {
    const [here, there] = [row * columns + column, random(row + 1) * columns + column];
    const cell = cells[here] as number;
    cells[here] = cells[there] as number;
    cells[there] = cell;
  }
}
