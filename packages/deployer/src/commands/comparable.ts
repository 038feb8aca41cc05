import { stringify } from 'yaml';
import type { KubernetesObject } from '../kubernetes-object.ts';

/** Fields that the API server keeps for itself; they change without anyone's doing. */
const servers = ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp', 'selfLink'];
/** Annotations that controllers write. */
const controllers = ['deployment.kubernetes.io/revision'];

/** An object as YAML to compare or to read: without its status and what the API server keeps for itself, and with its fields in a fixed order. */
export function comparable(object: KubernetesObject | undefined): string {
  if (object === undefined) return '';
  const { apiVersion, kind, metadata, status: _, ...rest } = object;
  const annotations = Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([key]) => !controllers.includes(key)));
  const own = Object.fromEntries(Object.entries(metadata).filter(([key]) => !servers.includes(key)));
  const { annotations: __, ...bare } = own as { annotations?: unknown };
  return toYaml({
    apiVersion,
    kind,
    metadata: sorted({ ...bare, ...(Object.keys(annotations).length > 0 && { annotations }) }),
    ...(sorted(rest) as object),
  });
}

export const toYaml = (value: unknown): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}
