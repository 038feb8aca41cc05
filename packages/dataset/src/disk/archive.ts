import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { pipeline } from 'node:stream';
import { checkLength } from '../array.ts';
import { DatasetError } from '../error.ts';
import { unreadable, withFile } from '../file.ts';
import { parseNpyHeader } from '../npy.ts';
import { entryStart, readDirectory, type ZipSizes } from '../zip.ts';
import { longestHeader, type ArraySource } from './array-source.ts';

const piece = 2 ** 20;
const most = 2 ** 24; // bytes of a directory with all its comments

/** The arrays of an NPZ archive by name, of which only the heads were read. @throws DatasetError */
export async function openArchive(path: string): Promise<Map<string, ArraySource>> {
  return withFile(path, 'r', async (handle) => {
    const { size } = await handle.stat();
    const from = Math.max(0, size - most);
    const tail = await read(handle, from, size - from);
    const arrays = new Map<string, ArraySource>();
    for (const { name, ...sizes } of readDirectory(tail, from, path)) {
      if (!name.endsWith('.npy')) continue;
      const entry = `${path}/${name}`;
      const local = await read(handle, sizes.offset, 30);
      const start = entryStart(local.length === 30 ? viewOf(local) : undefined, sizes.offset, entry);
      if (!(start + sizes.packed <= size))
        throw new DatasetError(entry, `byte ${start}`, `${sizes.packed} bytes of it begin here; the file has ${size - start} more`);
      const bytes = (): AsyncGenerator<Uint8Array, void, void> => entryBytes(path, entry, start, sizes);
      const header = checkLength(parseNpyHeader(await beginning(bytes()), entry), sizes.size, entry);
      arrays.set(name.slice(0, -'.npy'.length), { ...header, file: entry, path, raw: false, bytes });
    }
    return arrays;
  }).catch((error: unknown) => {
    throw error instanceof DatasetError ? error : unreadable(path, error);
  });
}

async function read(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

async function beginning(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of bytes) {
    pieces.push(piece);
    length += piece.length;
    if (length >= longestHeader) break;
  }
  return Buffer.concat(pieces);
}

/** An entry, unpacked and, at its end, held against its size and its CRC. */
async function* entryBytes(
  path: string,
  entry: string,
  start: number,
  { method, packed, size, crc }: ZipSizes,
): AsyncGenerator<Uint8Array, void, void> {
  if (method !== 0 && method !== 8)
    throw new DatasetError(entry, undefined, `packed by method ${method}; only stored (0) and deflated (8) are read`);
  if (packed === 0) return;
  const stored = createReadStream(path, { start, end: start + packed - 1, highWaterMark: piece });
  let [length, sum] = [0, 0];
  for await (const bytes of method === 0 ? stored : pipeline(stored, createInflateRaw({ chunkSize: piece }), () => {})) {
    length += (bytes as Uint8Array).length;
    sum = crc32(bytes as Uint8Array, sum);
    if (length > size) throw new DatasetError(entry, undefined, `more than the ${size} bytes that the directory says`);
    yield bytes as Uint8Array;
  }
  if (length !== size) throw new DatasetError(entry, undefined, `${length} bytes; the directory says ${size}`);
  if (sum !== crc) throw new DatasetError(entry, undefined, 'its bytes do not have the checksum (CRC-32) that the directory says');
}
