import type { LabelledRows } from './labelled-rows.ts';

/**
 * What scikit-learn's `score` says: the share of rows whose class is right, or R² of numbers. `said` has a class or a number for each row; rows
 * that `counts` leaves out, and those that weigh nothing, do not count.
 */
export function scoreOf(rows: LabelledRows, said: ArrayLike<number>, counts: (row: number) => boolean = () => true): number {
  const weightOf = (row: number): number => (counts(row) ? (rows.sampleWeights?.[row] ?? 1) : 0);
  const total = (of: (row: number) => number): number => {
    let sum = 0;
    for (let row = 0; row < rows.rows; row++) if (weightOf(row) > 0) sum += weightOf(row) * of(row);
    return sum;
  };
  const weight = total(() => 1);
  if (rows.task !== 'regression') return total((row) => Number(said[row] === rows.labels[row])) / weight;
  const { targets } = rows;
  const mean = total((row) => targets[row] as number) / weight;
  const unexplained = total((row) => ((targets[row] as number) - (said[row] as number)) ** 2);
  return 1 - unexplained / total((row) => ((targets[row] as number) - mean) ** 2);
}
