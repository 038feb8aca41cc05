import type { Values } from '@switchyard/config';
import { loadDataset, type Split, type TableOptions } from '@switchyard/dataset';
import type { TrainingSettings } from './settings.ts';

/**
 * The rows to train on and the rows to test with, as the settings say.
 * @param options What the trainer does with them: whether it predicts numbers, takes missing values, weights or categories.
 * @throws DatasetError
 */
export function loadSplit(
  values: Pick<Values<TrainingSettings>, 'data' | 'format' | 'labelColumn' | 'split' | 'testFraction' | 'seed'>,
  options: Pick<TableOptions, 'target' | 'missing' | 'weightColumn' | 'categorical'> = {},
): Promise<Split> {
  const { data, format, labelColumn, split, testFraction, seed } = values;
  return loadDataset(data, {
    split,
    testFraction,
    seed,
    ...options,
    ...(format !== undefined && { format }),
    ...(labelColumn !== undefined && { labelColumn }),
  });
}
