import type { KubernetesObject } from '../kubernetes-object.ts';
import { digest } from './names.ts';

/** The annotation that tells whether an object is still as it was rendered last. */
export const specHash = 'switchyard/spec-hash';

/** The object with a hash of all of it in its annotations. The order of fields does not matter, that of lists does. */
export function withSpecHash(object: KubernetesObject): KubernetesObject {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, [specHash]: digest(canonical(object), 16) } } };
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
