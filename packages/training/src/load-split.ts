import type { Values } from '@switchyard/config';
import {
  loadDataset,
  openDataset,
  type LoadOptions,
  type Opened,
  type OpenOptions,
  type Split,
  type TableOptions,
} from '@switchyard/dataset';
import type { TrainingSettings } from './settings.ts';

type DataValues = Pick<Values<TrainingSettings>, 'data' | 'format' | 'labelColumn' | 'split' | 'testFraction' | 'seed'>;

/**
 * The rows to train on and the rows to test with, as the settings say.
 * @param options What the trainer does with them: whether it predicts numbers, takes missing values, weights or categories.
 * @throws DatasetError
 */
export function loadSplit(
  values: DataValues,
  options: Pick<TableOptions, 'target' | 'missing' | 'weightColumn' | 'categorical'> = {},
): Promise<Split> {
  return loadDataset(values.data, { ...loadOptions(values), ...options });
}

/** As `loadSplit`, but rows that are larger than memory stay on the disk. @throws DatasetError */
export function openSplit(values: DataValues, options: Pick<OpenOptions, 'target' | 'memoryBytes' | 'work' | 'onDisk'>): Promise<Opened> {
  return openDataset(values.data, { ...loadOptions(values), ...options });
}

function loadOptions({
  format,
  labelColumn,
  split,
  testFraction,
  seed,
}: DataValues): Pick<LoadOptions, 'format' | 'labelColumn' | 'split' | 'testFraction' | 'seed'> {
  return { split, testFraction, seed, ...(format !== undefined && { format }), ...(labelColumn !== undefined && { labelColumn }) };
}
