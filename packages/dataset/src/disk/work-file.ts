import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { DatasetError } from '../error.ts';
import { unreadable, withFile } from '../file.ts';
import type { LabelColumn } from '../labels.ts';
import type { Table } from '../table.ts';
import { bytesOf, storedBytes, type FeatureFile } from './feature-file.ts';

/** Rows whose features lie in a file: of the table, features are left out. */
export type DiskTable = { readonly table: Table; readonly features: FeatureFile };

const none = new Uint8Array(0);

/** A table without its features. */
export function headOf(table: Table): Table {
  return { ...table, features: none };
}

/** A name that another file gets as soon as one of `files` changes, by length or time, or anything else that decides. @throws DatasetError */
export async function workName(files: readonly string[], ...deciding: readonly unknown[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(deciding));
  for (const file of files) {
    const { size, mtimeNs } = await stat(file, { bigint: true }).catch((error: unknown) => {
      throw unreadable(file, error);
    });
    hash.update(JSON.stringify([file, String(size), String(mtimeNs)]));
  }
  return `${hash.digest('hex').slice(0, 32)}.rows`;
}

type Written = Omit<DiskTable, 'features'> & { readonly features: Omit<FeatureFile, 'path' | 'start'> };

/**
 * The rows of a work file: those that are there, or else those that `write` writes, beside, synced and then renamed, so that whoever dies
 * in between leaves none. The file has the features first, then labels and targets, then the rest as JSON, and its length.
 *
 * @param write Writes features from the beginning of an empty file. @throws DatasetError where there is no room, or the file is damaged.
 */
export async function workFile(path: string, write: (file: FileHandle) => Promise<Written>): Promise<DiskTable> {
  const there = await readWorkFile(path);
  if (there) return there;
  const beside = `${path}.${hostname()}.${process.pid}.${randomUUID()}.new`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await removeAbandoned(path);
    await withFile(beside, 'wx+', async (file) => {
      const { table, features } = await write(file);
      const { labels, targets, features: _, ...facts } = table;
      let at = features.rows * features.width * storedBytes[features.type];
      const { names, indexes } = labels;
      const json = Buffer.from(JSON.stringify({ facts, features, names, indexes, targeted: targets !== undefined }));
      const length = Buffer.alloc(4);
      length.writeUInt32LE(json.length);
      for (const part of [bytesOf16(labels.codes), targets && bytesOf(targets), json, length]) {
        if (part) await file.write(part, 0, part.length, at);
        at += part?.length ?? 0;
      }
      await file.sync();
    });
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error instanceof DatasetError ? error : unreadable(path, error);
  }
  await withFile(dirname(path), 'r', (folder) => folder.sync());
  return (await readWorkFile(path)) as DiskTable;
}

const bytesOf16 = (codes: Uint16Array): Uint8Array => new Uint8Array(codes.buffer, codes.byteOffset, codes.byteLength);

async function readWorkFile(path: string): Promise<DiskTable | undefined> {
  try {
    return await withFile(path, 'r', async (handle) => {
      const { size } = await handle.stat();
      const at = async (position: number, length: number): Promise<Buffer> => {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
        if (bytesRead !== length) throw new SyntaxError('it is too short');
        return buffer;
      };
      const length = (await at(size - 4, 4)).readUInt32LE();
      const { facts, features, names, indexes, targeted } = JSON.parse((await at(size - 4 - length, length)).toString()) as Foot;
      const start = features.rows * features.width * storedBytes[features.type];
      const codes = new Uint16Array(new Uint8Array(await at(start, 2 * facts.rows)).buffer);
      const targets = targeted && new Float64Array(new Uint8Array(await at(start + 2 * facts.rows, 8 * facts.rows)).buffer);
      const labels: LabelColumn = { names, indexes, codes };
      return { table: { ...facts, features: none, labels, ...(targets && { targets }) }, features: { ...features, path, start: 0 } };
    });
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (syscall !== undefined) throw unreadable(path, error);
    throw new DatasetError(path, undefined, `not a sound work file (${(error as Error).message}): remove it, and it is made anew`, {
      cause: error,
    });
  }
}

type Foot = {
  readonly facts: Omit<Table, 'labels' | 'targets' | 'features'>;
  readonly features: Written['features'];
  readonly names: readonly string[];
  readonly indexes: boolean;
  readonly targeted: boolean;
};

const abandoned = 5 * 60_000; // milliseconds in which nobody wrote

/** Removes what others began and, being killed, left. Of another machine only its silence tells. */
async function removeAbandoned(path: string): Promise<void> {
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(`${basename(path)}.`)) continue;
    const other = join(dirname(path), name);
    const [, pid] = name.slice(basename(path).length).startsWith(`.${hostname()}.`) ? (/\.(\d+)\.[^.]+\.new$/.exec(name) ?? []) : [];
    const last = await stat(other).catch(() => undefined);
    const dead = pid === undefined ? last && Date.now() - last.mtimeMs > abandoned : !isAlive(Number(pid));
    if (dead) await rm(other, { force: true });
  }
}

/** A container that starts again has the process number that it had. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
