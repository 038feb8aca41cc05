import type { LiveObject } from '../cluster/index.ts';

type ManagedFields = {
  readonly apiVersion?: string;
  readonly time?: string;
  readonly subresource?: string;
  readonly fieldsV1?: Record<string, unknown>;
};

/**
 * The version that a SeldonDeployment was written in. The API server gives every object in the version that it is asked for, whatever it
 * was written in, but versions differ in what is meant by what is left out; who wrote which fields in which version is in its books.
 */
export function writtenVersion({ apiVersion, metadata }: LiveObject): string {
  const entries = ((metadata['managedFields'] ?? []) as readonly ManagedFields[]).filter(
    (each) => each.subresource === undefined && each.fieldsV1?.['f:spec'] !== undefined && each.apiVersion !== undefined,
  );
  const latest = entries.toSorted((a, b) => (a.time ?? '').localeCompare(b.time ?? '')).at(-1);
  return latest?.apiVersion ?? apiVersion;
}
