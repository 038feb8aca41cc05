import type { FeatureArray } from './dataset.ts';
import type { ElementType } from './elements.ts';

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
