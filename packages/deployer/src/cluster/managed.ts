import type { KubernetesObject } from '../kubernetes-object.ts';
import type { Cluster } from './cluster.ts';
import type { LiveObject, Reference } from './live-object.ts';

/** The kinds that a deployment is made of, routes first: the order in which they are taken away, so that no request is sent to what is gone. */
export const managedKinds: readonly Pick<KubernetesObject, 'apiVersion' | 'kind'>[] = [
  { apiVersion: 'getambassador.io/v3alpha1', kind: 'Mapping' },
  { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' },
  { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GRPCRoute' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
];

const routes = new Set(['Mapping', 'HTTPRoute', 'GRPCRoute']);

/** Routes are applied after what they lead to serves, and taken away before. */
export const isRoute = ({ kind }: Pick<KubernetesObject, 'kind'>): boolean => routes.has(kind);

export const managedLabels = (label: string): string => `app.kubernetes.io/managed-by=switchyard,seldon-deployment-id=${label}`;

/** All objects of a deployment on the cluster, by its label; kinds that the cluster does not know are passed over. */
export async function listManaged(cluster: Cluster, label: string, namespace = cluster.namespace): Promise<LiveObject[]> {
  const lists = await Promise.all(
    managedKinds.map(async ({ apiVersion, kind }) =>
      isRoute({ kind }) ? ((await cluster.knows(apiVersion, kind)) ? find(apiVersion, kind) : []) : find(apiVersion, kind),
    ),
  );
  return lists.flat();

  function find(apiVersion: string, kind: string): Promise<LiveObject[]> {
    return cluster.list({ apiVersion, kind, namespace, labels: managedLabels(label) });
  }
}

const group = (apiVersion: string): string => apiVersion.split('/').at(-2) ?? '';
const identity = ({ apiVersion, kind, metadata }: Reference): string => `${group(apiVersion)}/${kind}/${metadata.name}`;

/** What is on the cluster and in the deployment no more, in the order to take it away. What is being deleted already is left out. */
export function staleObjects(live: readonly LiveObject[], wanted: readonly KubernetesObject[]): LiveObject[] {
  const kept = new Set(wanted.map(identity));
  return live.filter((each) => !kept.has(identity(each)) && each.metadata.deletionTimestamp === undefined);
}
