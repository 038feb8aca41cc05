import type { Values } from '@switchyard/config';
import { rowWidth, type Dataset } from '@switchyard/dataset';
import { trainForest, type Forest } from '@switchyard/forest';
import type { ReportProgress } from '@switchyard/training';
import type { settings } from './settings.ts';

type ForestValues = Omit<Values<typeof settings>, 'data' | 'format' | 'labelColumn' | 'split' | 'testFraction' | 'name' | 'store'>;

/** Trains a forest on a dataset as the settings say; answers it with the hyper-parameters as an artifact states them. */
export async function growForest(
  dataset: Dataset,
  { threads, seed, ...shape }: ForestValues,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<{ forest: Forest; hyperparameters: Record<string, string | number | boolean> }> {
  const { features, rows, labels, classNames } = dataset;
  const { nEstimators, maxFeatures, maxDepth, minSamplesLeaf, minSamplesSplit, bootstrap } = shape;
  report({ phase: 'trees', done: 0, total: nEstimators });
  const { forest } = await trainForest(
    { features, rows, columns: rowWidth(dataset), labels, classes: classNames.length },
    { nEstimators, maxFeatures, maxDepth, minSamplesLeaf, minSamplesSplit, bootstrap, seed },
    { onProgress: (done, total) => report({ phase: 'trees', done, total }), signal, ...(threads !== undefined && { threads }) },
  );
  const hyperparameters = {
    nEstimators,
    maxFeatures,
    minSamplesLeaf,
    minSamplesSplit,
    bootstrap,
    ...(maxDepth !== undefined && { maxDepth }),
  };
  return { forest, hyperparameters };
}
