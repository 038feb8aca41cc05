import type { Values } from '@switchyard/config';
import { loadDataset, type Split } from '@switchyard/dataset';
import type { TrainingSettings } from './settings.ts';

/** The rows to train on and the rows to test with, as the settings say. @throws DatasetError */
export function loadSplit(
  values: Pick<Values<TrainingSettings>, 'data' | 'format' | 'labelColumn' | 'split' | 'testFraction' | 'seed'>,
): Promise<Split> {
  const { data, format, labelColumn, split, testFraction, seed } = values;
  return loadDataset(data, {
    split,
    testFraction,
    seed,
    ...(format !== undefined && { format }),
    ...(labelColumn !== undefined && { labelColumn }),
  });
}
