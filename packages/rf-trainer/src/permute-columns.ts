import { selectRows, shuffledOrder, type Dataset } from '@switchyard/dataset';
import { permutationImportances, type Forest, type PermutationImportances } from '@switchyard/forest';
import type { ReportProgress } from '@switchyard/training';
import { duration } from './duration.ts';
import type { Tell } from './library-engine.ts';
import { labelledRows, type TrainerValues } from './train-parameters.ts';

type PermuteContext = { readonly report: ReportProgress; readonly tell: Tell; readonly signal: AbortSignal };

/**
 * The permutation importances of rows that the forest was not trained on: of all, or of as many as the settings allow, drawn by the seed.
 * Says while it is at it how long it will take.
 */
export function permuteColumns(
  forest: Forest,
  test: Dataset,
  values: TrainerValues,
  { report, tell, signal }: PermuteContext,
): Promise<PermutationImportances> {
  const { importanceRows: most, importanceRepeats: repeats, seed } = values;
  if (most < test.rows) tell(`importances are of ${most} of the ${test.rows} test rows; --importance-rows allows more`);
  const asked = most < test.rows ? selectRows(test, shuffledOrder(test.rows, seed).subarray(0, most)) : test;
  const { sampleWeights: _, ...rows } = labelledRows(asked, values);
  const began = performance.now();
  const left = (done: number, total: number): string => duration(((performance.now() - began) / 1000 / done) * (total - done));
  return permutationImportances(forest, rows, {
    repeats,
    seed,
    signal,
    onProgress: (done, total) =>
      report({ phase: 'importances', done, total, ...(done < total && { detail: `about ${left(done, total)} left` }) }),
  });
}
