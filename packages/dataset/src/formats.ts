import { readArrayFiles } from './array-file.ts';
import { readCsv } from './csv.ts';
import { DatasetError } from './error.ts';
import { readBytes } from './file.ts';
import { looksLikeIdx } from './idx.ts';
import { readImageFolder } from './images.ts';
import { mnistTables } from './mnist.ts';
import { looksLikeNpy, parseNpy } from './npy.ts';
import { readNpzTables } from './npz.ts';
import { isCsvName, type Source } from './source.ts';
import type { TableOptions } from './table-options.ts';
import { tableOfMatrix, type Tables } from './table.ts';
import { looksLikeGzip, looksLikeZip } from './zip.ts';

/** A way in which data lies on the disk. The first that accepts a source reads it, unless the user names one. */
export type Format = {
  readonly name: string;
  readonly description: string;
  /** It has columns, so that a label column may be named. */
  readonly columns?: true;
  /** It may say what each row weighs. */
  readonly weights?: true;
  /** Its labels may be numbers that are to be predicted. */
  readonly numericTargets?: true;
  accepts(source: Source): boolean;
  read(source: Source, options: TableOptions): Promise<Tables>;
};

const csv: Format = {
  name: 'csv',
  description: 'a table as text (.csv, .tsv; gzipped too), or train.csv,test.csv, or a folder with these',
  columns: true,
  weights: true,
  numericTargets: true,
  accepts: ({ files: [first], head }) => first !== undefined && (isCsvName(first) || looksLikeText(head)),
  async read({ text, files: [train, test, ...more] }, options) {
    if (train === undefined || more.length > 0) throw new DatasetError(text, undefined, 'give one table, or two: train.csv,test.csv');
    return { train: await readCsv(train, options), ...(test && { test: await readCsv(test, options) }) };
  },
};

const idx: Format = {
  name: 'idx',
  description: 'a folder of IDX files (train-images-idx3-ubyte, …; gzipped too), or images,labels',
  accepts: ({ files, head }) => files.length > 0 && (looksLikeIdx(head) || looksLikeGzip(head)),
  read: readArrays,
};

const npy: Format = {
  name: 'npy',
  description: 'one NumPy matrix with a label column, or features.npy,labels.npy, or a folder with these',
  columns: true,
  weights: true,
  accepts: ({ head }) => looksLikeNpy(head),
  async read(source, options) {
    const [file] = source.files;
    if (source.kind !== 'file' || file === undefined) return readArrays(source, options);
    return { train: tableOfMatrix(parseNpy(await readBytes(file), file), options) };
  },
};

const npz: Format = {
  name: 'npz',
  description: 'a NumPy archive with x_train, y_train, x_test, y_test, or X, y; or images.npz,labels.npz with one array each',
  weights: true,
  accepts: ({ head }) => looksLikeZip(head),
  async read(source, options) {
    const [file] = source.files;
    return source.kind === 'file' && file !== undefined ? readNpzTables(await readBytes(file), file, options) : readArrays(source, options);
  },
};

const images: Format = {
  name: 'images',
  description: 'a folder with a folder of PNG or JPEG images for each class, or train and test of such',
  accepts: ({ kind, files }) => kind === 'folder' && files.length === 0,
  read: ({ text }) => readImageFolder(text),
};

const mnist: Format = {
  name: 'mnist',
  description: 'built in: 60,000 + 10,000 handwritten digits',
  accepts: ({ kind, text }) => kind === 'name' && text === 'mnist',
  read: ({ kind, text }) => (kind === 'folder' ? mnistTables(text) : mnistTables()),
};

export const formats: readonly Format[] = [mnist, csv, npy, npz, idx, images];

async function readArrays(source: Source, options: TableOptions): Promise<Tables> {
  const { weightColumn } = options;
  if (weightColumn !== undefined)
    throw new DatasetError(
      source.text,
      undefined,
      `files of single arrays have no weights: put "${weightColumn}" in one NPZ archive with the others`,
    );
  return readArrayFiles(source, options);
}

/** Neither a zero byte nor another that no text has. */
function looksLikeText(head: Uint8Array): boolean {
  return head.length > 0 && head.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}
