import { dirname } from 'node:path';
import { rm } from 'node:fs/promises';
import type { Dataset, DatasetParts } from '../dataset.ts';
import { digester } from '../digest.ts';
import { findFormat, loadDataset, splitOf, type LoadOptions } from '../load.ts';
import { openSource, sourceName } from '../source.ts';
import { nonEmpty, poolRows, splitRows } from '../split.ts';
import { finishTables } from '../table.ts';
import { chunks } from './chunks.ts';
import { selectDiskRows, type DiskDataset } from './dataset.ts';
import { widest } from './feature-file.ts';
import { openMatrix, type DiskMatrix } from './matrix.ts';
import type { Plan } from './plan.ts';
import { planners } from './plans.ts';
import type { DiskTable } from './work-file.ts';

/** What data on the disk can be taken with: all but missing values, weights and categories. */
export type OpenOptions = Omit<LoadOptions, 'missing' | 'weightColumn' | 'categorical'> & {
  /** The most that the features of all rows may take in memory, in bytes. Data that takes more stays on the disk. */
  readonly memoryBytes: number;
  /** Folder for rows that have to be unpacked, or read out of text or images, before they can be used. They are found there again. */
  readonly work: string;
  /** Told before data is left on the disk: what its features would take in memory, in bytes; of text and images as an estimate. */
  readonly onDisk?: (bytes: number) => void;
};

export type Opened = {
  readonly train: Dataset | DiskDataset;
  readonly test: Dataset | DiskDataset;
  /** Closes what is open: rows on the disk cannot be read any more. */
  close(): Promise<void>;
  /** Removes the files that were made in the work folder. */
  remove(): Promise<void>;
};

const largestFile = 2 ** 31 - 1; // bytes: what Node reads at once

/**
 * As `loadDataset`, but data larger than memory stays on the disk. Names, classes, split and digest are the same in both.
 *
 *     const { train, close } = await openDataset('photos', { memoryBytes: 2 ** 30, work: './work' });
 *     if (isOnDisk(train)) for await (const batch of streamBatches(train, 100, 0, { shuffleBytes: 2 ** 26 })) step(batch);
 *     await close();
 *
 * @throws as `loadDataset`
 */
export async function openDataset(text: string, options: OpenOptions): Promise<Opened> {
  const source = await openSource(text);
  const plan = (await planners[findFormat(source, options).name]?.(source, options)) as Plan;
  const bytes = plan.train.bytes + (plan.test?.bytes ?? 0);
  if (bytes <= Math.min(options.memoryBytes, largestFile)) {
    const nothing = async (): Promise<void> => {};
    return { ...(await loadDataset(text, options)), close: nothing, remove: nothing };
  }
  options.onDisk?.(bytes);
  const tables = await convert(plan, options.work);
  const made = tables.map(({ features }) => features.path).filter((path) => dirname(path) === options.work);
  const remove = async (): Promise<void> => void (await Promise.all(made.map((path) => rm(path, { force: true }))));
  return { ...(await openTables(sourceName(source), tables, options)), remove };
}

type DiskTables = readonly [DiskTable, ...DiskTable[]];

/** The rows of the training set and, where it is there, of the test set; of the same type in both. @throws DatasetError */
async function convert({ train, test }: Plan, folder: string): Promise<DiskTables> {
  const first = await train.convert(folder, 'u1');
  if (!test) return [first];
  const second = await test.convert(folder, first.features.type);
  const type = widest([first.features.type, second.features.type]);
  return [first.features.type === type ? first : await train.convert(folder, type), second];
}

async function openTables(name: string, tables: DiskTables, options: OpenOptions): Promise<Omit<Opened, 'remove'>> {
  const { mode, fraction, seed } = splitOf(options);
  const [train, test] = tables;
  const parts = finishTables(name, { train: train.table, ...(test && { test: test.table }) });
  const open: DiskMatrix[] = [];
  const close = async (): Promise<void> => void (await Promise.all(open.map((matrix) => matrix.close())));
  const rowsOf = async (part: DatasetParts, [first, ...more]: DiskTables): Promise<DiskDataset> => {
    const matrix = await openMatrix([first.features, ...more.map(({ features }) => features)]);
    open.push(matrix);
    const { features: _, ...rest } = part;
    return { ...rest, matrix, order: Uint32Array.from({ length: part.rows }, (_, row) => row), digest: '' };
  };
  try {
    if (mode === 'given' && test && parts.test) {
      const split = nonEmpty({ train: await rowsOf(parts.train, [train]), test: await rowsOf(parts.test, [test]) });
      return { train: await digested(split.train), test: await digested(split.test), close };
    }
    const all = await rowsOf(parts.test ? poolRows(parts.train, parts.test) : parts.train, tables);
    const rows = splitRows(all, mode === 'given' ? fraction : mode, seed);
    const split = nonEmpty({ train: selectDiskRows(all, rows.train), test: selectDiskRows(all, rows.test) });
    return { train: await digested(split.train), test: await digested(split.test), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function digested(dataset: DiskDataset): Promise<DiskDataset> {
  const { matrix, order, digest: _, ...parts } = dataset;
  const { add, finish } = digester(parts);
  for await (const { features } of chunks({ matrix, order })) add(features);
  return { ...parts, matrix, order, digest: finish() };
}
