import { pairwiseSum } from './pairwise-sum.ts';

/** How near a regression came to the true numbers; definitions and names of scikit-learn. */
export type RegressionEvaluation = {
  readonly task: 'regression';
  readonly rows: number;
  /** The part of the targets' variance that is explained: 1 is perfect, 0 as good as their mean. 1 or 0 where all targets are equal. */
  readonly r2: number;
  /** Mean absolute error, in the unit of the target. */
  readonly mae: number;
  /** Root of the mean squared error, likewise. */
  readonly rmse: number;
  readonly medianAbsoluteError: number;
  readonly maxError: number;
};

/**
 * Compares predicted numbers with the true ones.
 *
 *     evaluateRegression([1, 2, 3], [1, 2, 4]).mae   // 0.333…
 *
 * @throws RangeError where the lengths differ, there is no row, or a number is not finite.
 */
export function evaluateRegression(targets: ArrayLike<number>, predicted: ArrayLike<number>): RegressionEvaluation {
  const rows = targets.length;
  if (rows !== predicted.length) throw new RangeError(`${rows} targets, but ${predicted.length} predictions`);
  if (rows === 0) throw new RangeError('there is no row to evaluate');
  const numbers = Array.from(targets);
  const errors = numbers.map((target, row) => {
    const error = target - (predicted[row] as number);
    if (!Number.isFinite(error)) throw new RangeError(`row ${row}: target ${target}, prediction ${predicted[row]}: not both are finite`);
    return Math.abs(error);
  });
  const squared = pairwiseSum(errors.map((error) => error * error));
  const mean = pairwiseSum(numbers) / rows;
  const spread = pairwiseSum(numbers.map((target) => (target - mean) ** 2));
  const sorted = errors.toSorted((a, b) => a - b);
  const half = rows >> 1;
  return {
    task: 'regression',
    rows,
    r2: spread === 0 ? Number(squared === 0) : 1 - squared / spread,
    mae: pairwiseSum(errors) / rows,
    rmse: Math.sqrt(squared / rows),
    medianAbsoluteError: rows % 2 === 1 ? (sorted[half] as number) : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2,
    maxError: sorted[rows - 1] as number,
  };
}

/** The figures as a short table. */
export function formatRegression({ rows, r2, mae, rmse, medianAbsoluteError, maxError }: RegressionEvaluation): string {
  const figures = { 'R²': r2, MAE: mae, RMSE: rmse, 'median absolute error': medianAbsoluteError, 'max error': maxError };
  const lines = Object.entries(figures).map(([name, value]) => `${name.padStart(21)}  ${Number(value.toPrecision(6))}`);
  return [...lines, `${'test rows'.padStart(21)}  ${rows}`, ''].join('\n');
}
