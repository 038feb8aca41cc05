import { open } from 'node:fs/promises';
import { errno } from './artifact-error.ts';

/** Makes a file, which must not be there yet, and has it on the disk before it answers. */
export async function createDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(text);
    await file.chmod(0o444);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Not every file system can sync a folder, and Windows none that is open for reading; then there is nothing more to be done. */
const unable = ['EINVAL', 'ENOTSUP', 'EPERM', 'EISDIR'];

/** Has a file's content, or a folder's list of names, on the disk before it answers. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!unable.includes(errno(error) ?? '')) throw error;
  } finally {
    await handle.close();
  }
}
