import { open, readFile, type FileHandle } from 'node:fs/promises';
import { DatasetError } from './error.ts';

/** A whole file. @throws DatasetError where it cannot be read. */
export async function readBytes(file: string): Promise<Uint8Array> {
  return readFile(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
}

/** The first bytes of a file: what its kind is known by. @throws DatasetError where it cannot be read. */
export async function readHead(file: string, length: number): Promise<Uint8Array> {
  try {
    return await withFile(file, 'r', async (handle) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
      return buffer.subarray(0, bytesRead);
    });
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** What `use` makes of an open file, which is closed then; Node 22 knows no `await using`. @throws what the opening or `use` threw. */
export async function withFile<T>(path: string, flags: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, flags);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

export function unreadable(file: string, error: unknown): DatasetError {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Record<string, string> = { ENOENT: 'there is no such file or folder', EACCES: 'may not be read', EISDIR: 'is a folder' };
  return new DatasetError(file, undefined, reasons[code ?? ''] ?? message, { cause: error });
}
