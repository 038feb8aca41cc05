import { createDataset, type Split } from './dataset.ts';
import { mnistTables } from './mnist.ts';
import { splitParts, type SplitMode } from './split.ts';
import { finishTables } from './table.ts';

export type LoadOptions = {
  /** Default `given`. */
  readonly split?: SplitMode;
  /** The test's share where the source has no test set of its own. Default 0.2. */
  readonly testFraction?: number;
  /** Decides what is drawn by chance. Default 0. */
  readonly seed?: number;
};

/** @throws DatasetError */
export async function loadDataset(_source: string, options: LoadOptions = {}): Promise<Split> {
  const { split = 'given', testFraction = 0.2, seed = 0 } = options;
  const parts = splitParts(finishTables('mnist', await mnistTables()), split, testFraction, seed);
  return { train: createDataset(parts.train), test: createDataset(parts.test) };
}
