import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeWhole } from './write-whole.ts';

test('a file is replaced as a whole, its folder is made, and where it cannot be nothing is left beside it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'write-whole-'));
  try {
    const path = join(folder, 'deep', 'file');
    await writeWhole(path, Uint8Array.of(1, 2, 3));
    await writeWhole(path, Uint8Array.of(4), Uint8Array.of(5, 6));
    expect([...(await readFile(path))]).toEqual([4, 5, 6]);
    await mkdir(join(folder, 'deep', 'taken', 'inside'), { recursive: true });
    await expect(writeWhole(join(folder, 'deep', 'taken'), Uint8Array.of(7))).rejects.toThrow();
    expect((await readdir(join(folder, 'deep'))).toSorted()).toEqual(['file', 'taken']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
