import { crc32, inflateRawSync } from 'node:zlib';
import { DatasetError } from './error.ts';

/** Deflate shrinks to 1/1032 at best: an entry that claims to be larger is not all there. */
const densest = 1032;
const all32 = 0xffff_ffff;

export type ZipEntry = { readonly name: string; read(): Uint8Array };

export function looksLikeZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5);
}

export function looksLikeGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/**
 * The entries of a ZIP archive (PKWARE APPNOTE 6.3), stored or deflated, ZIP64 too; each is checked against its size and CRC when read.
 *
 * @throws DatasetError
 */
export function readZip(bytes: Uint8Array, file: string): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return readDirectory(bytes, 0, file).map(({ name, ...sizes }) => ({ name, read: () => readEntry(view, `${file}/${name}`, sizes) }));
}

/**
 * The directory of an archive, out of its end.
 *
 * @param tail The file's bytes from byte `from` on. @throws DatasetError where the directory is damaged, or begins before that.
 */
export function readDirectory(tail: Uint8Array, from: number, file: string): (ZipSizes & { readonly name: string })[] {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const { count, start } = readEnd(view, from, file);
  if (!(start >= from)) throw new DatasetError(file, `byte ${start}`, `the directory takes more than the last ${tail.length} bytes`);
  const entries: (ZipSizes & { name: string })[] = [];
  for (let at = start - from, read = 0; read < count; read++) {
    if (at + 46 > tail.length || view.getUint32(at, true) !== 0x02014b50)
      throw new DatasetError(file, `byte ${from + at}`, `no directory entry ${read + 1} of ${count}`);
    const [nameLength, extraLength, commentLength] = [
      view.getUint16(at + 28, true),
      view.getUint16(at + 30, true),
      view.getUint16(at + 32, true),
    ];
    const next = at + 46 + nameLength + extraLength + commentLength;
    if (next > tail.length) throw new DatasetError(file, `byte ${from + at}`, 'a directory entry that the file ends in');
    const name = Buffer.from(tail.subarray(at + 46, at + 46 + nameLength)).toString('utf8');
    entries.push({ name, ...readSizes(view, at, at + 46 + nameLength, extraLength) });
    at = next;
  }
  return entries;
}

export type ZipSizes = {
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
};

function readSizes(view: DataView, at: number, extra: number, extraLength: number): ZipSizes {
  let [packed, size, offset] = [view.getUint32(at + 20, true), view.getUint32(at + 24, true), view.getUint32(at + 42, true)];
  for (let field = extra; field + 4 <= extra + extraLength; field += 4 + view.getUint16(field + 2, true)) {
    if (view.getUint16(field, true) !== 1) continue;
    let from = field + 4; // ZIP64: only what did not fit, in this order
    const next = (): number => (from + 8 <= extra + extraLength ? Number(view.getBigUint64((from += 8) - 8, true)) : NaN);
    if (size === all32) size = next();
    if (packed === all32) packed = next();
    if (offset === all32) offset = next();
  }
  return { method: view.getUint16(at + 10, true), crc: view.getUint32(at + 16, true), packed, size, offset };
}

function readEntry(view: DataView, file: string, { method, crc, packed, size, offset }: ZipSizes): Uint8Array {
  const start = entryStart(
    offset + 30 <= view.byteLength ? new DataView(view.buffer, view.byteOffset + offset, 30) : undefined,
    offset,
    file,
  );
  if (!(start + packed <= view.byteLength))
    throw new DatasetError(file, `byte ${start}`, `${packed} bytes of it begin here; the file has ${view.byteLength - start} more`);
  const data = new Uint8Array(view.buffer, view.byteOffset + start, packed);
  const plain = unpack(data, method, size, file);
  if (plain.length !== size) throw new DatasetError(file, undefined, `${plain.length} bytes; the directory says ${size}`);
  if (crc32(plain) !== crc) throw new DatasetError(file, undefined, 'its bytes do not have the checksum (CRC-32) that the directory says');
  return plain;
}

/** Where the bytes of an entry begin. @param head The 30 bytes at its offset, if there are as many. @throws DatasetError */
export function entryStart(head: DataView | undefined, offset: number, file: string): number {
  if (head?.getUint32(0, true) !== 0x04034b50) throw new DatasetError(file, `byte ${offset}`, 'no entry where the directory says');
  return offset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
}

function unpack(data: Uint8Array, method: number, size: number, file: string): Uint8Array {
  if (method === 0) return data;
  if (method !== 8) throw new DatasetError(file, undefined, `packed by method ${method}; only stored (0) and deflated (8) are read`);
  if (!(size <= data.length * densest)) throw new DatasetError(file, undefined, `${size} bytes cannot be packed into ${data.length}`);
  try {
    return inflateRawSync(data, { maxOutputLength: Math.max(size, 1) });
  } catch (error) {
    throw new DatasetError(file, undefined, `deflate: ${(error as Error).message}`, { cause: error });
  }
}

/** The record at the very end, before a comment of at most 65,535 bytes; where its fields overflow, the ZIP64 record counts. */
function readEnd(view: DataView, from: number, file: string): { count: number; start: number } {
  const last = view.byteLength - 22;
  for (let at = last; at >= Math.max(0, last - 0xffff); at--) {
    if (view.getUint32(at, true) !== 0x06054b50) continue;
    const [count, start] = [view.getUint16(at + 10, true), view.getUint32(at + 16, true)];
    if (count !== 0xffff && start !== all32) return { count, start };
    const wide = at >= 20 && view.getUint32(at - 20, true) === 0x07064b50 ? Number(view.getBigUint64(at - 12, true)) - from : NaN;
    if (!(wide >= 0 && wide + 56 <= view.byteLength) || view.getUint32(wide, true) !== 0x06064b50)
      throw new DatasetError(file, `byte ${from + at}`, 'the ZIP64 record that it asks for is missing');
    return { count: Number(view.getBigUint64(wide + 32, true)), start: Number(view.getBigUint64(wide + 48, true)) };
  }
  throw new DatasetError(file, `byte ${from + view.byteLength}`, 'the file ends here, without the directory of a ZIP archive');
}
