import type { FeatureArray } from './dataset.ts';
import type { ElementType } from './elements.ts';
import { DatasetError } from './error.ts';

/** An array as a file holds it: row-major, `values.length` is the product of `shape`. */
export type ArrayFile = {
  readonly file: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly values: FeatureArray;
};

/** What the head of an array file says. */
export type ArrayHeader = {
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly littleEndian: boolean;
  /** The first index runs fastest, not the last. */
  readonly fortran: boolean;
  /** Where in the file the elements begin and end, in bytes. */
  readonly start: number;
  readonly end: number;
};

/** @param length Of the file, in bytes. @throws DatasetError unless it is what the header asks for. */
export function checkLength(header: ArrayHeader, length: number, file: string): ArrayHeader {
  const { shape, end } = header;
  if (!(length >= end))
    throw new DatasetError(file, `byte ${length}`, `the file ends here; an array of ${shape.join('×')} ends at byte ${end}`);
  if (length > end) throw new DatasetError(file, `byte ${end}`, `${length - end} more bytes than an array of ${shape.join('×')} has`);
  return header;
}
