import type { ArrayFile } from './array.ts';
import { DatasetError } from './error.ts';
import { readBytes } from './file.ts';
import { looksLikeIdx, parseIdx, parseIdxGzip } from './idx.ts';
import { looksLikeNpy, parseNpy } from './npy.ts';
import { readNpz } from './npz.ts';
import { findRoles, type Pair } from './roles.ts';
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

/** Arrays as files of one folder, or named one by one. @param files Name, for its role → path. @throws DatasetError */
export async function readArrayFiles(files: ReadonlyMap<string, string>, source: string, options: TableOptions): Promise<Tables> {
  const roles = findRoles(files, source);
  return { train: await readPair(roles.train, options), ...(roles.test && { test: await readPair(roles.test, options) }) };
}

/** `features,labels` or `features,labels,test features,test labels`. @throws DatasetError */
export async function readArrayList(files: readonly string[], source: string, options: TableOptions): Promise<Tables> {
  const [features, labels, testFeatures, testLabels] = files;
  if (!features || !labels || (files.length !== 2 && files.length !== 4))
    throw new DatasetError(
      source,
      undefined,
      `${files.length} file${files.length === 1 ? '' : 's'}; give features,labels or features,labels,test-features,test-labels`,
    );
  const train = await readPair({ features, labels }, options);
  if (!testFeatures || !testLabels) return { train };
  return { train, test: await readPair({ features: testFeatures, labels: testLabels }, options) };
}

async function readPair({ features, labels }: Pair<string>, options: TableOptions): Promise<Table> {
  return tableOfArrays(await readArrayFile(features), await readArrayFile(labels), options);
}
