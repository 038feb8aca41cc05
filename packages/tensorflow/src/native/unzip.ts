import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';

type Entry = { readonly name: string; readonly deflated: boolean; readonly bytes: number; readonly at: number };

const chunk = 1 << 20;

/**
 * Unpacks the files of a zip archive that `wanted` names: `wanted(name)` is where below `folder` a file goes. Entries of 4 GB and more
 * (Zip64) are not read; the wheels have none. Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
 * @throws Error where it is not a zip archive
 */
export async function unzip(archive: string, folder: string, wanted: (name: string) => string | undefined): Promise<void> {
  const file = await open(archive);
  try {
    for (const entry of await entriesOf(file, archive)) {
      const path = wanted(entry.name);
      if (path !== undefined) await extract(file, archive, entry, join(folder, path));
    }
  } finally {
    await file.close();
  }
}

async function entriesOf(file: FileHandle, archive: string): Promise<Entry[]> {
  const { size } = await file.stat();
  const tail = await read(file, Math.max(0, size - 66_000), Math.min(size, 66_000));
  const end = tail.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0) throw new Error(`${archive} is not a zip archive`);
  const directory = await read(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const entries: Entry[] = [];
  for (let at = 0; at < directory.length;) {
    const name = directory.readUInt16LE(at + 28);
    entries.push({
      name: directory.toString('utf8', at + 46, at + 46 + name),
      deflated: directory.readUInt16LE(at + 10) === 8,
      bytes: directory.readUInt32LE(at + 20),
      at: directory.readUInt32LE(at + 42),
    });
    at += 46 + name + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

async function extract(file: FileHandle, archive: string, { deflated, bytes, at }: Entry, path: string): Promise<void> {
  const header = await read(file, at, 30);
  const start = at + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = createReadStream(archive, { start, end: start + bytes - 1, highWaterMark: chunk });
  await mkdir(dirname(path), { recursive: true });
  if (deflated) await pipeline(packed, createInflateRaw({ chunkSize: chunk }), createWriteStream(path));
  else await pipeline(packed, createWriteStream(path));
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}
