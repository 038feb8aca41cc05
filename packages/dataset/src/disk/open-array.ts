import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { checkLength } from '../array.ts';
import { DatasetError } from '../error.ts';
import { readHead } from '../file.ts';
import { looksLikeIdx, parseIdxGzipHeader, parseIdxHeader } from '../idx.ts';
import { looksLikeNpy, parseNpyHeader } from '../npy.ts';
import { looksLikeGzip, looksLikeZip } from '../zip.ts';
import { openArchive } from './archive.ts';
import { longestHeader, type ArraySource } from './array-source.ts';

const piece = 2 ** 20;

/** A file that holds one array, as `readArrayFile` takes it. @throws DatasetError */
export async function openArray(path: string): Promise<ArraySource> {
  const head = await readHead(path, longestHeader);
  if (looksLikeZip(head)) return only([...(await openArchive(path)).values()], path);
  const { size } = await stat(path);
  const gzip = looksLikeGzip(head);
  if (!gzip && !looksLikeIdx(head) && !looksLikeNpy(head))
    throw new DatasetError(path, 'byte 0', 'not an array file: neither IDX (gzipped or not), NPY nor NPZ');
  const header = gzip
    ? await parseIdxGzipHeader(head, size, path)
    : checkLength(looksLikeIdx(head) ? parseIdxHeader(head, path) : parseNpyHeader(head, path), size, path);
  return {
    ...header,
    file: path,
    path,
    raw: !gzip,
    bytes: () => (gzip ? unpacked(path) : createReadStream(path, { highWaterMark: piece })),
  };
}

function only(arrays: readonly ArraySource[], path: string): ArraySource {
  const [array] = arrays;
  if (array && arrays.length === 1) return array;
  throw new DatasetError(path, undefined, `${arrays.length} arrays (${arrays.map(({ file }) => file).join(', ')}), where one is wanted`);
}

function unpacked(path: string): Readable {
  return pipeline(createReadStream(path, { highWaterMark: piece }), createGunzip({ chunkSize: piece }), () => {}); // the last one's errors are read
}
