import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { unreadable } from './file.ts';

export type Folder = { readonly path: string; readonly files: readonly string[]; readonly folders: readonly string[] };

/** What a folder holds, by name in code unit order, the same on every machine; hidden entries are left out, links are followed. */
export async function listFolder(path: string): Promise<Folder> {
  try {
    const names = (await readdir(path)).filter((name) => !name.startsWith('.') && !machineMade.has(name)).toSorted();
    const isFolder = await Promise.all(names.map(async (name) => (await stat(join(path, name))).isDirectory()));
    return { path, files: names.filter((_, at) => !isFolder[at]), folders: names.filter((_, at) => isFolder[at]) };
  } catch (error) {
    throw unreadable(path, error);
  }
}

const machineMade = new Set(['Thumbs.db', 'desktop.ini', '__MACOSX']);
