import { existsSync, readFileSync, statSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { digestOf } from './digest.ts';
import { tfjsNode } from './parts.ts';

/** What a set-up wrote of the library it made, as `library.json` in its folder. */
export type LibraryRecord = {
  /** Of what it was made: a set-up of other parts replaces it. */
  readonly parts: string;
  /** Where TensorFlow itself came from, for people. */
  readonly source: string;
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
};

const recordFile = 'library.json';

/** Where libraries are kept: one of a platform, shared by every clone of a user. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env['SWITCHYARD_TENSORFLOW_CACHE'] ?? join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'switchyard', 'tensorflow');
}

/** The folder of this machine's library, whether there is one or not. Images have theirs at a place of their own. */
export function libraryFolder(env: NodeJS.ProcessEnv = process.env): string {
  return (
    env['SWITCHYARD_TENSORFLOW_LIBRARY'] ?? join(cacheFolder(env), `tfjs-node-${tfjsNode.version}-${process.platform}-${process.arch}`)
  );
}

/** Whose being there says that a set-up is under way. */
export const lockOf = (folder: string): string => `${folder}.lock`;

export function readRecord(folder: string): LibraryRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, recordFile), 'utf8')) as LibraryRecord;
  } catch {
    return undefined;
  }
}

/** Why the library cannot be used, as "is damaged: …", by the sizes of its files: quick enough for each start. `undefined` where it can. */
export function faultOf(folder: string): string | undefined {
  const record = readRecord(folder);
  if (record === undefined) return existsSync(lockOf(folder)) ? 'is being set up' : 'is not set up';
  for (const [path, { bytes }] of Object.entries(record.files)) {
    const size = statSync(join(folder, path), { throwIfNoEntry: false })?.size;
    if (size !== bytes) return `is damaged: ${join(folder, path)} ${size === undefined ? 'is missing' : `has ${size} bytes, not ${bytes}`}`;
  }
  return undefined;
}

/** Why the library cannot be used, by all bytes of all its files. */
export async function deepFaultOf(folder: string, parts: string): Promise<string | undefined> {
  const record = readRecord(folder);
  if (record !== undefined && record.parts !== parts) return 'is of other parts';
  const fault = faultOf(folder);
  if (fault !== undefined || record === undefined) return fault;
  for (const [path, { sha256 }] of Object.entries(record.files)) {
    if ((await digestOf(join(folder, path))) !== sha256) return `is damaged: ${join(folder, path)} has another digest`;
  }
  return undefined;
}

/** Records all files of a folder: the last step of a set-up. */
export async function writeRecord(folder: string, parts: string, source: string): Promise<void> {
  const files: Record<string, { bytes: number; sha256: string }> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[path.slice(folder.length + 1)] = { bytes: statSync(path).size, sha256: await digestOf(path) };
  }
  const record: LibraryRecord = { parts, source, files };
  await writeFile(join(folder, recordFile), `${JSON.stringify(record, null, 1)}\n`);
}
