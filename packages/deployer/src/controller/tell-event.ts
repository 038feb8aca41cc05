import type { Cluster, LiveObject } from '../cluster/index.ts';

/** The API's limit for the message of an Event, in bytes. */
const longest = 1024;

/** Writes down that something happened to an object, where `kubectl describe` shows it. */
export async function tellEvent(
  cluster: Cluster,
  about: LiveObject,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): Promise<void> {
  const { apiVersion, kind, metadata } = about;
  const { name, namespace = cluster.namespace, uid, resourceVersion } = metadata;
  const now = new Date();
  const time = now.toISOString().replace(/\.\d+Z$/, 'Z');
  await cluster.create({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${now.getTime().toString(16)}${Math.random().toString(16).slice(2, 8)}`, namespace },
    involvedObject: { apiVersion, kind, name, namespace, uid, resourceVersion },
    type,
    reason,
    message: shortened(message),
    source: { component: 'switchyard-controller' },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  });
}

function shortened(message: string): string {
  const bytes = Buffer.from(message);
  if (bytes.length <= longest) return message;
  return `${bytes
    .subarray(0, longest - 4)
    .toString('utf8')
    .replace(/\uFFFD+$/, '')}…`;
}
