import { constants, gunzip } from 'node:zlib';
import { promisify } from 'node:util';
import { checkLength, type ArrayFile, type ArrayHeader } from './array.ts';
import { bytesOf, readElements, type ElementType } from './elements.ts';
import { DatasetError } from './error.ts';

const elementTypes: Readonly<Record<number, ElementType>> = { 0x08: 'u1', 0x09: 'i1', 0x0b: 'i2', 0x0c: 'i4', 0x0d: 'f4', 0x0e: 'f8' };
/** Deflate shrinks to 1/1032 at best: what claims to be larger is not all there. */
const densest = 1032;

/**
 * An IDX file, the form in which LeCun, Cortes and Burges published MNIST: two zero bytes, element type, number of dimensions,
 * each dimension as 32 bits, the elements; all big-endian.
 *
 * @param file Its name, for errors. The result may share memory with `bytes`.
 * @throws DatasetError
 */
export function parseIdx(bytes: Uint8Array, file: string): ArrayFile {
  const { type, shape, start, end } = checkLength(parseIdxHeader(bytes, file), bytes.length, file);
  return { file, shape, type, values: readElements(bytes.subarray(start, end), type, false) };
}

/** A gzipped IDX file. Never inflates more than its header asks for. @throws DatasetError */
export async function parseIdxGzip(bytes: Uint8Array, file: string): Promise<ArrayFile> {
  const { end } = await parseIdxGzipHeader(bytes, bytes.length, file);
  return parseIdx(await inflate(bytes, file, end), file);
}

/** @param head The file's beginning. @param length Of the file. @throws DatasetError also where the array cannot be all there. */
export async function parseIdxGzipHeader(head: Uint8Array, length: number, file: string): Promise<ArrayHeader> {
  const header = parseIdxHeader(await inflate(head.subarray(0, 1024), file, 2 ** 21, constants.Z_SYNC_FLUSH), file);
  if (header.end > length * densest)
    throw new DatasetError(file, `byte ${length}`, `the file ends here; an array of ${header.shape.join('×')} cannot be packed so small`);
  return header;
}

export function looksLikeIdx(head: Uint8Array): boolean {
  return head[0] === 0 && head[1] === 0 && (head[2] as number) in elementTypes && (head[3] as number) > 0;
}

/** @param bytes The file's beginning. @throws DatasetError */
export function parseIdxHeader(bytes: Uint8Array, file: string): ArrayHeader {
  if (bytes.length < 4) throw new DatasetError(file, `byte ${bytes.length}`, 'the file ends here; an IDX file begins with 4 bytes of type');
  if (bytes[0] !== 0 || bytes[1] !== 0)
    throw new DatasetError(file, 'byte 0', `not an IDX file: it begins with ${hex(bytes, 0, 2)}, not 0x0000`);
  const type = elementTypes[bytes[2] as number];
  if (type === undefined)
    throw new DatasetError(file, 'byte 2', `${hex(bytes, 2, 3)} is not an element type of IDX (0x08, 0x09, 0x0b–0x0e)`);
  const dimensions = bytes[3] as number;
  const start = 4 + 4 * dimensions;
  if (dimensions === 0) throw new DatasetError(file, 'byte 3', 'an array of 0 dimensions has no rows');
  if (bytes.length < start)
    throw new DatasetError(file, `byte ${bytes.length}`, `the file ends here; ${dimensions} dimensions take the first ${start} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: dimensions }, (_, dimension) => view.getUint32(4 + 4 * dimension));
  const end = start + bytesOf(type) * shape.reduce((count, size) => count * size, 1);
  if (!Number.isSafeInteger(end)) throw new DatasetError(file, 'byte 4', `an array of ${shape.join('×')} is larger than any file`);
  return { type, littleEndian: false, fortran: false, shape, start, end };
}

async function inflate(bytes: Uint8Array, file: string, most: number, finishFlush: number = constants.Z_FINISH): Promise<Uint8Array> {
  return promisify(gunzip)(bytes, { finishFlush, maxOutputLength: Math.max(most, 1) }).catch((error: NodeJS.ErrnoException) => {
    const reason =
      error.code === 'ERR_BUFFER_TOO_LARGE' ? `unpacks to more than the ${most} bytes that its header asks for` : error.message;
    throw new DatasetError(file, undefined, `gzip: ${reason}`, { cause: error });
  });
}

function hex(bytes: Uint8Array, from: number, to: number): string {
  return `0x${Buffer.from(bytes.subarray(from, to)).toString('hex')}`;
}
