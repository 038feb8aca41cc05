import { createHash, type Hash } from 'node:crypto';
import type { DatasetParts, FeatureArray } from './dataset.ts';

/**
 * sha256 over shape, features, labels, targets, weights, class and column names, as 64 hexadecimal digits. Neither the data's name nor the
 * form in which it was stored counts: whole numbers of 0–255 give the same digest as bytes, as floats and as doubles.
 */
export function digest(dataset: DatasetParts): string {
  const { add, finish } = digester(dataset);
  add(dataset.features);
  return finish();
}

/**
 * The digest of features that come piece by piece, in order and all in one type. They are hashed in each form that still holds all of them
 * exactly; of those that are left at the end, the smallest counts.
 */
export function digester(dataset: Omit<DatasetParts, 'features'>): { add(features: FeatureArray): void; finish(): string } {
  const { rows, shape, classNames, columnNames = [], categories, targets, weights } = dataset;
  const facts = { rows, shape, classNames, columnNames, ...(categories && { categories }), ...(weights && { weighted: true }) };
  const head = createHash('sha256').update(JSON.stringify(facts));
  let candidates: { readonly form: Form; readonly hash: Hash }[] | undefined;
  return {
    add(features) {
      candidates ??= formsOf(features).map((form) => ({ form, hash: head.copy() }));
      candidates = candidates.filter(({ form }) => form.holds(features));
      for (const { form, hash } of candidates) hash.update(bytesOf(form.make(features)));
    },
    finish() {
      const hash = candidates?.[0]?.hash ?? head;
      for (const numbers of [dataset.labels, targets, weights]) if (numbers) hash.update(bytesOf(numbers));
      return hash.digest('hex');
    },
  };
}

type Form = { holds(features: FeatureArray): boolean; make(features: FeatureArray): FeatureArray };

const bytes: Form = {
  holds: (features) => features instanceof Uint8Array || features.every((value) => value === (value & 255)),
  make: (features) => (features instanceof Uint8Array ? features : Uint8Array.from(features)),
};
const floats: Form = {
  holds: (features) => features instanceof Float32Array || features.every((value) => Object.is(value, Math.fround(value))),
  make: (features) => Float32Array.from(features, positiveZero),
};
const doubles: Form = { holds: () => true, make: (features) => Float64Array.from(features, positiveZero) };

/** The forms that numbers of this type may fit in, the smallest first. */
function formsOf(features: FeatureArray): Form[] {
  if (features instanceof Uint8Array) return [bytes];
  return features instanceof Float32Array ? [bytes, floats] : [bytes, floats, doubles];
}

const positiveZero = (value: number): number => value + 0;

/** The bytes as they lie in memory: little-endian, as on every platform that Node is released for but one. */
function bytesOf(array: FeatureArray | Uint16Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
