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

const piece = 1 << 16;

/**
 * Size and sha256 of a file, read in pieces: a model may be larger than memory. One small buffer takes them all. A stream takes a new one for
 * each, and what C's allocator had to get for those, it keeps: a server verifies its model as it starts, and would stay larger by it.
 */
export async function hashFile(path: string): Promise<{ bytes: number; sha256: string }> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(piece);
    let bytes = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, piece, null);
      if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') };
      hash.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } finally {
    await file.close();
  }
}
