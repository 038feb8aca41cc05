import { createDataset, type Split } from './dataset.ts';
import { DatasetError } from './error.ts';
import { formats, type Format } from './formats.ts';
import { openSource, sourceName, type Source } from './source.ts';
import { splitParts, type SplitMode } from './split.ts';
import type { TableOptions } from './table-options.ts';
import { finishTables } from './table.ts';

export type LoadOptions = TableOptions & {
  /** Name of a format, where what is found by names and first bytes is not meant. */
  readonly format?: string;
  /** Default `given`. */
  readonly split?: SplitMode;
  /** The test's share where the source has no test set of its own. Default 0.2. */
  readonly testFraction?: number;
  /** Decides what is drawn by chance. Default 0. */
  readonly seed?: number;
};

/**
 * The one door to data: `mnist`, a file, a folder, or files with commas between.
 *
 *     const { train, test } = await loadDataset('iris.csv', { labelColumn: 'species', seed: 1 });
 *
 * @throws DatasetError where the data cannot be used. @throws RangeError for an option that is out of range.
 */
export async function loadDataset(source: string, options: LoadOptions = {}): Promise<Split> {
  const opened = await openSource(source);
  const tables = await findFormat(opened, options).read(opened, options);
  const { mode, fraction, seed } = splitOf(options);
  const parts = splitParts(finishTables(sourceName(opened), tables), mode, fraction, seed);
  return { train: createDataset(parts.train), test: createDataset(parts.test) };
}

/** The split that is asked for, or the one by default. */
export function splitOf({ split: mode = 'given', testFraction: fraction = 0.2, seed = 0 }: LoadOptions) {
  return { mode, fraction, seed };
}

/** The format of a source, which has what the options ask for. @throws DatasetError */
export function findFormat(source: Source, options: LoadOptions): Format {
  const { format: wanted, labelColumn, weightColumn, target } = options;
  const found = formats.find((format) => (wanted === undefined ? format.accepts(source) : format.name === wanted));
  if (!found) {
    const known = formats.map(({ name, description }) => `  ${name}: ${description}`).join('\n');
    const what = wanted === undefined ? 'no format that is known' : `no format "${wanted}"`;
    throw new DatasetError(source.text, undefined, `${what}; there are\n${known}`);
  }
  if (labelColumn !== undefined && !found.columns)
    throw new DatasetError(source.text, undefined, `read as ${found.name}, which has no columns: no label column "${labelColumn}"`);
  if (target === 'number' && !found.numericTargets)
    throw new DatasetError(
      source.text,
      undefined,
      `read as ${found.name}, which has classes; numbers to predict are read from a table of text (csv)`,
    );
  if (weightColumn !== undefined && !found.weights)
    throw new DatasetError(source.text, undefined, `read as ${found.name}, which has no weights: no weight column "${weightColumn}"`);
  return found;
}
