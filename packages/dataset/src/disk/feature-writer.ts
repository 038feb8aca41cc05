import { fstatSync, readSync, writeSync } from 'node:fs';
import type { FeatureArray } from '../dataset.ts';
import { bytesOf, newFeatures, storedBytes, type StoredType } from './feature-file.ts';

/** Takes numbers one by one, as `featureStore` does, and writes them to a file. */
export type FeatureWriter = {
  add(value: number): void;
  /** Writes what is left. @returns The type of all, and how many there are. */
  finish(): { readonly type: StoredType; readonly count: number };
};

const pieceLength = 2 ** 18; // numbers

/**
 * Writes from the beginning of an empty file: bytes as long as all numbers are whole ones of 0–255; from the first that is not, and all
 * before it too, `wide`.
 *
 * @param wide The type that holds every number that may come. @param atLeast The type to begin with.
 */
export function featureWriter(file: number, wide: 'f4' | 'f8', atLeast: StoredType = 'u1'): FeatureWriter {
  let type = atLeast;
  let piece = newFeatures(type, pieceLength);
  let count = 0;
  let at = 0;
  const flush = (): void => {
    writeAll(file, bytesOf(piece.subarray(0, at)), (count - at) * storedBytes[type]);
    at = 0;
  };
  const widen = (): void => {
    flush();
    rewrite(file, count, wide);
    type = wide;
    piece = newFeatures(wide, pieceLength);
  };
  return {
    add(value) {
      if (type === 'u1' && value !== (value & 255)) widen();
      piece[at++] = value;
      count++;
      if (at === pieceLength) flush();
    },
    finish() {
      flush();
      return { type, count };
    },
  };
}

/** Makes wider numbers of `count` bytes, in their place: from the end, so that none is written over before it is read. */
function rewrite(file: number, count: number, wide: StoredType): void {
  const bytes = new Uint8Array(pieceLength);
  for (let end = count; end > 0;) {
    const from = Math.floor((end - 1) / pieceLength) * pieceLength;
    const read = readSync(file, bytes, 0, end - from, from);
    if (read !== end - from) throw new Error(`${read} bytes at ${from} of a file of ${fstatSync(file).size}; ${end - from} were written`);
    const piece = newFeatures(wide, end - from);
    piece.set(bytes.subarray(0, end - from));
    writeAll(file, bytesOf(piece), from * storedBytes[wide]);
    end = from;
  }
}

function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, position + done);
}

/** Whether all are bytes by their value. */
export function allBytes(features: FeatureArray): boolean {
  return features instanceof Uint8Array || features.every((value) => value === (value & 255));
}
