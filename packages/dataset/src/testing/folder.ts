import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of its own for one test, with these files in it, by path. */
export async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dataset-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

export const fixtureFile = (name: string): string => join(import.meta.dirname, '../fixtures', name);

/** A file that NumPy or Pillow wrote. */
export const fixture = (name: string): Promise<Uint8Array> => readFile(fixtureFile(name));

/** An IDX file. */
export function idxBytes(type: number, shape: readonly number[], elements: Uint8Array): Uint8Array {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.set([0, 0, type, shape.length]);
  shape.forEach((size, dimension) => head.writeUInt32BE(size, 4 + 4 * dimension));
  return Buffer.concat([head, elements]);
}
