import type { Values } from '@switchyard/config';
import { loadDataset, type LoadOptions, type Split } from '@switchyard/dataset';
import type { TrainingSettings } from './settings.ts';

/**
 * The rows to train on and the rows to test with, as the settings say.
 * @param target What the label column holds: classes, unless a trainer that predicts numbers says so.
 * @throws DatasetError
 */
export function loadSplit(
  values: Pick<Values<TrainingSettings>, 'data' | 'format' | 'labelColumn' | 'split' | 'testFraction' | 'seed'>,
  target: LoadOptions['target'] = 'class',
): Promise<Split> {
  const { data, format, labelColumn, split, testFraction, seed } = values;
  return loadDataset(data, {
    split,
    testFraction,
    seed,
    target,
    ...(format !== undefined && { format }),
    ...(labelColumn !== undefined && { labelColumn }),
  });
}
