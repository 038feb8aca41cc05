import type { FeatureArray } from '../dataset.ts';

/** How features lie in a file: as the machine has them in memory. */
export type StoredType = 'u1' | 'f4' | 'f8';

/** Features in a file: row-major, row after row from byte `start` on. */
export type FeatureFile = {
  readonly path: string;
  readonly start: number;
  readonly rows: number;
  readonly width: number;
  readonly type: StoredType;
};

export const storedBytes: Readonly<Record<StoredType, number>> = { u1: 1, f4: 4, f8: 8 };

/** The wider of the types. */
export function widest(types: readonly StoredType[]): StoredType {
  return types.reduce((wide, type) => (storedBytes[type] > storedBytes[wide] ? type : wide));
}

/** So many features, not yet written. */
export function newFeatures(type: StoredType, length: number): FeatureArray {
  if (type === 'u1') return new Uint8Array(length);
  return type === 'f4' ? new Float32Array(length) : new Float64Array(length);
}

export function bytesOf(features: FeatureArray): Uint8Array {
  return new Uint8Array(features.buffer, features.byteOffset, features.byteLength);
}
