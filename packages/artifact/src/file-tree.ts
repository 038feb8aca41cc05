import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export type Entry = { readonly path: string; readonly kind: 'file' | 'folder' | 'symbolic link' | 'special file' };

/** All that is in a folder, at any depth, sorted; paths with `/`. Links are told, not followed. */
export async function listTree(directory: string, prefix = ''): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const found of await readdir(join(directory, prefix), { withFileTypes: true })) {
    const path = prefix + found.name;
    const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : found.isSymbolicLink() ? 'symbolic link' : 'special file';
    entries.push({ path, kind });
    if (kind === 'folder') entries.push(...(await listTree(directory, `${path}/`)));
  }
  return entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

const megabyte = 1 << 20;

/** Size and sha256 of a file, read in pieces: a model may be larger than memory. */
export async function hashFile(path: string): Promise<{ bytes: number; sha256: string }> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of file.createReadStream({ highWaterMark: megabyte })) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
