import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { scratch } from '../trace/session.ts';
import type { ModelFiles } from '../weights.ts';

/** Where an artifact has the files of a SavedModel. */
export const savedModelFolder = 'saved-model/';

/** Writes a SavedModel for TensorFlow, which takes it by a folder only, for as long as `use` needs it. */
export async function inFolder<T>(files: ModelFiles, use: (home: string) => Promise<T>): Promise<T> {
  const folder = scratch();
  const home = join(folder, savedModelFolder);
  try {
    await mkdir(join(home, 'variables'), { recursive: true });
    for (const [path, bytes] of Object.entries(files)) {
      if (!path.startsWith(savedModelFolder)) continue;
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, bytes);
    }
    return await use(home);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
