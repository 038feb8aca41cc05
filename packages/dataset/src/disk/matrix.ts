import { open, type FileHandle } from 'node:fs/promises';
import type { FeatureArray } from '../dataset.ts';
import { DatasetError } from '../error.ts';
import { unreadable } from '../file.ts';
import { bytesOf, storedBytes, type FeatureFile, type StoredType } from './feature-file.ts';

/** Features on the disk, of one file or of several one after the other: rows by number. */
export type DiskMatrix = {
  readonly rows: number;
  readonly width: number;
  readonly type: StoredType;
  /**
   * Reads `count` rows from `row` on into `features`, as its rows from `to` on.
   * @throws DatasetError where a file is shorter than it was, or cannot be read.
   */
  read(row: number, count: number, features: FeatureArray, to: number): Promise<void>;
  close(): Promise<void>;
};

/** @param files At least one; all of one width and type. @throws DatasetError */
export async function openMatrix(files: readonly [FeatureFile, ...FeatureFile[]]): Promise<DiskMatrix> {
  const [{ width, type }] = files;
  const rowBytes = width * storedBytes[type];
  const opened: { readonly file: FeatureFile; readonly handle: FileHandle }[] = [];
  const close = async (): Promise<void> => void (await Promise.all(opened.map(({ handle }) => handle.close())));
  for (const file of files) {
    const handle = await open(file.path).catch(async (error: unknown) => {
      await close();
      throw unreadable(file.path, error);
    });
    opened.push({ file, handle });
  }
  return {
    rows: files.reduce((rows, file) => rows + file.rows, 0),
    width,
    type,
    close,
    async read(row, count, features, to) {
      const target = bytesOf(features).subarray(to * rowBytes, (to + count) * rowBytes);
      let [first, done] = [0, 0];
      for (const { file, handle } of opened) {
        const from = row + done - first;
        const here = Math.min(count - done, file.rows - from);
        if (from >= 0 && here > 0) {
          await readAll(handle, file.path, target.subarray(done * rowBytes, (done + here) * rowBytes), file.start + from * rowBytes);
          done += here;
        }
        first += file.rows;
      }
    },
  };
}

async function readAll(handle: FileHandle, path: string, target: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < target.length;) {
    const { bytesRead } = await handle.read(target, done, target.length - done, position + done).catch((error: unknown) => {
      throw unreadable(path, error);
    });
    if (bytesRead === 0)
      throw new DatasetError(
        path,
        `byte ${position + done}`,
        `the file ends here; it had ${target.length - done} more bytes when it was opened`,
      );
    done += bytesRead;
  }
}
