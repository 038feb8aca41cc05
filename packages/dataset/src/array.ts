import type { FeatureArray } from './dataset.ts';
import type { ElementType } from './elements.ts';

/** An array as a file holds it: row-major, `values.length` is the product of `shape`. */
export type ArrayFile = {
  readonly file: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly values: FeatureArray;
};
