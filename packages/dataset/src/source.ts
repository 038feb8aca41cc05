import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { DatasetError } from './error.ts';
import { readHead, unreadable } from './file.ts';
import { listFolder } from './folder.ts';
import { roleOf } from './roles.ts';

/** What a user named, looked at just enough to tell its format. */
export type Source = {
  /** As the user wrote it. */
  readonly text: string;
  readonly kind: 'name' | 'file' | 'list' | 'folder';
  /** The files that hold the data; of a folder those whose names say so. */
  readonly files: readonly string[];
  /** The beginning of the first file. */
  readonly head: Uint8Array;
};

const headLength = 64;
const none = new Uint8Array(0);

/** @param text `mnist`, a file, a folder, or files with commas between. @throws DatasetError where one does not exist. */
export async function openSource(text: string): Promise<Source> {
  if (text === 'mnist') return { text, kind: 'name', files: [], head: none };
  const found = await stat(text).catch((error: NodeJS.ErrnoException) => {
    if (text.includes(',') && error.code === 'ENOENT') return undefined;
    throw unreadable(text, error);
  });
  if (!found)
    return withHead(
      text,
      'list',
      text.split(',').map((file) => file.trim()),
    );
  if (!found.isDirectory()) return withHead(text, 'file', [text]);
  const folder = await listFolder(text);
  return withHead(
    text,
    'folder',
    dataFiles(folder.files, text).map((file) => join(text, file)),
  );
}

/** What the dataset is called: the file's or folder's own name, without its ending. */
export function sourceName({ text, kind, files }: Source): string {
  const named = kind === 'list' ? (files[0] ?? text) : text;
  return basename(resolve(named))
    .replace(/\.gz$/i, '')
    .replace(/(?<=.)\.(csv|tsv|txt|data|npy|npz)$/i, '');
}

export function isCsvName(file: string): boolean {
  return /\.(csv|tsv)(\.gz)?$/i.test(file);
}

async function withHead(text: string, kind: Source['kind'], files: readonly string[]): Promise<Source> {
  if (files.includes('')) throw new DatasetError(text, undefined, 'a file without a name among those with commas between');
  return { text, kind, files, head: files[0] === undefined ? none : await readHead(files[0], headLength) };
}

/** Tables `train` and `test`, else the only table, else arrays by their roles, each but once where it lies there gzipped too. */
function dataFiles(files: readonly string[], folder: string): string[] {
  const tables = files.filter(isCsvName);
  if (tables.length > 0) return trainAndTest(tables, folder);
  const twice = (file: string): boolean => file.endsWith('.gz') && files.includes(file.slice(0, -'.gz'.length));
  return files.filter((file) => roleOf(file) !== undefined && !twice(file));
}

function trainAndTest(tables: readonly string[], folder: string): string[] {
  const named = (part: string): string | undefined => tables.find((file) => file.replace(/\.[ct]sv(\.gz)?$/i, '').toLowerCase() === part);
  const [train, test] = [named('train'), named('test')];
  if (train !== undefined) return test === undefined ? [train] : [train, test];
  if (tables.length === 1) return [...tables];
  throw new DatasetError(
    folder,
    undefined,
    `${tables.length} tables (${tables.slice(0, 5).join(', ')}) and none is "train": name one, or train.csv,test.csv`,
  );
}
