import { setTimeout as sleep } from 'node:timers/promises';
import { type Cluster, openCluster } from '../cluster/index.ts';

/** A namespace for one run of a test, with the strictest pod security. */
export type Namespace = { readonly name: string; readonly cluster: Cluster; remove(): Promise<void> };

export async function makeNamespace(prefix: string): Promise<Namespace> {
  const name = `${prefix}-${Date.now().toString(36)}`;
  const cluster = openCluster({ namespace: name });
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  for (let left = 100; (await cluster.list({ apiVersion: 'v1', kind: 'ServiceAccount' })).length === 0; left--) {
    if (left === 0) throw new Error(`namespace ${name} has no service account after 20 s`);
    await sleep(200); // no pod can be made before
  }
  return { name, cluster, remove: async () => void (await cluster.delete({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })) };
}
