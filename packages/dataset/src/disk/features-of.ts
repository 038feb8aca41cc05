import type { Dataset, FeatureArray } from '../dataset.ts';
import { chunks } from './chunks.ts';
import { isOnDisk, type DiskDataset } from './dataset.ts';

/** All features of a dataset, wherever it lies, in whole rows and in order: in one piece from memory, piece by piece from the disk. */
export async function* featuresOf(dataset: Dataset | DiskDataset): AsyncGenerator<FeatureArray, void, void> {
  if (!isOnDisk(dataset)) return yield dataset.features;
  for await (const { features } of chunks(dataset)) yield features;
}
