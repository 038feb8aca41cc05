import { createHash } from 'node:crypto';
import type { DatasetParts, FeatureArray } from './dataset.ts';

/**
 * sha256 over shape, features, labels, targets, class and column names, as 64 hexadecimal digits. Neither the data's name nor the form
 * in which it was stored counts: whole numbers of 0–255 give the same digest as bytes, as floats and as doubles.
 */
export function digest(dataset: DatasetParts): string {
  const { rows, shape, classNames, columnNames = [] } = dataset;
  const hash = createHash('sha256');
  hash.update(JSON.stringify({ rows, shape, classNames, columnNames }));
  hash.update(bytesOf(narrowest(dataset.features)));
  hash.update(bytesOf(dataset.labels));
  if (dataset.targets) hash.update(bytesOf(dataset.targets));
  return hash.digest('hex');
}

/** The same numbers in the smallest form that holds them all exactly; −0 becomes 0. */
function narrowest(features: FeatureArray): FeatureArray {
  if (features instanceof Uint8Array) return features;
  if (features.every((value) => value === (value & 255))) return Uint8Array.from(features);
  if (features instanceof Float32Array || features.every((value) => value === Math.fround(value)))
    return Float32Array.from(features, positiveZero);
  return Float64Array.from(features, positiveZero);
}

const positiveZero = (value: number): number => value + 0;

/** The bytes as they lie in memory: little-endian, as on every platform that Node is released for but one. */
function bytesOf(array: FeatureArray | Uint16Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
