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

/** As YAML 1.1, which is what kubectl reads: there an unquoted `yes` or `12:30` is no text. */
export const toYaml = (value: unknown): string => stringify(value, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });

/** With the fields of each object in the order of the alphabet, but its name first. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const { name, ...rest } = readable(value) as { name?: unknown };
  const fields = Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { ...(name !== undefined && { name }), ...Object.fromEntries(fields.map(([key, each]) => [key, sorted(each)])) };
}

/** The graph in the router's environment, in place of its base64. */
function readable(value: object): object {
  const { name, value: text } = value as { name?: unknown; value?: unknown };
  if (name !== 'ENGINE_PREDICTOR' || typeof text !== 'string') return value;
  return { name, 'value, decoded': JSON.parse(Buffer.from(text, 'base64').toString()) as unknown };
}
