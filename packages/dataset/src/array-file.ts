import { join } from 'node:path';
import type { ArrayFile } from './array.ts';
import { DatasetError } from './error.ts';
import { readBytes } from './file.ts';
import { looksLikeIdx, parseIdx, parseIdxGzip } from './idx.ts';
import { looksLikeNpy, parseNpy } from './npy.ts';
import { readNpz } from './npz.ts';
import { findRoles, type Pair, type Roles } from './roles.ts';
import type { Source } from './source.ts';
import type { TableOptions } from './table-options.ts';
import { tableOfArrays, type Table, type Tables } from './table.ts';
import { looksLikeGzip, looksLikeZip } from './zip.ts';

/** A file that holds one array: IDX, gzipped IDX, NPY, or an NPZ with one array in it. @throws DatasetError */
export async function readArrayFile(file: string): Promise<ArrayFile> {
  const bytes = await readBytes(file);
  if (looksLikeGzip(bytes)) return parseIdxGzip(bytes, file);
  if (looksLikeIdx(bytes)) return parseIdx(bytes, file);
  if (looksLikeNpy(bytes)) return parseNpy(bytes, file);
  if (!looksLikeZip(bytes)) throw new DatasetError(file, 'byte 0', 'not an array file: neither IDX (gzipped or not), NPY nor NPZ');
  const arrays = [...readNpz(bytes, file)];
  const [only] = arrays;
  if (only === undefined || arrays.length > 1)
    throw new DatasetError(file, undefined, `${arrays.length} arrays (${arrays.map(([name]) => name).join(', ')}), where one is wanted`);
  return only[1]();
}

/** Arrays as files of one folder, told apart by their names, or named one by one. @throws DatasetError */
export async function readArrayFiles(source: Source, options: TableOptions): Promise<Tables> {
  const roles = fileRoles(source);
  return { train: await readPair(roles.train, options), ...(roles.test && { test: await readPair(roles.test, options) }) };
}

/** Which file is what: of a folder by their names, of a list `features,labels` or `features,labels,test features,test labels`. @throws DatasetError */
export function fileRoles({ kind, text, files }: Source): Roles<string> {
  if (kind === 'folder') return findRoles(new Map(files.map((file) => [file.slice(join(text, '/').length), file])), text);
  const [features, labels, testFeatures, testLabels] = files;
  if (!features || !labels || (files.length !== 2 && files.length !== 4))
    throw new DatasetError(
      text,
      undefined,
      `${files.length} file${files.length === 1 ? '' : 's'}; give features,labels or features,labels,test-features,test-labels`,
    );
  const train = { features, labels };
  return testFeatures && testLabels ? { train, test: { features: testFeatures, labels: testLabels } } : { train };
}

async function readPair({ features, labels }: Pair<string>, options: TableOptions): Promise<Table> {
  return tableOfArrays(await readArrayFile(features), await readArrayFile(labels), options);
}
