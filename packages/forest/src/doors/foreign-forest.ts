import type { Forest } from '../forest.ts';

/** A forest that was trained elsewhere, and what its classes are called there. */
export type ForeignForest = { readonly forest: Forest; readonly classNames?: readonly string[] };
