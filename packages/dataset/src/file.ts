import { open, readFile } from 'node:fs/promises';
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
    await using handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw unreadable(file, error);
  }
}

export function unreadable(file: string, error: unknown): DatasetError {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Record<string, string> = { ENOENT: 'there is no such file or folder', EACCES: 'may not be read', EISDIR: 'is a folder' };
  return new DatasetError(file, undefined, reasons[code ?? ''] ?? message, { cause: error });
}
