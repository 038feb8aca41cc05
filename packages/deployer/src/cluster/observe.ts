import type { Cluster } from './cluster.ts';
import type { EndpointSlice, Happening, Observation, Pod, Workload } from './workload.ts';

const revisionKey = 'deployment.kubernetes.io/revision';
const hashKey = 'pod-template-hash';

/** Looks at a Deployment, the pods of its newest version, their events, and which of them its Service sends requests to. Undefined where it is gone. */
export async function observe(
  cluster: Cluster,
  name: string,
  service: string,
  namespace = cluster.namespace,
): Promise<Observation | undefined> {
  const deployment = await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace } });
  if (deployment === undefined) return undefined;
  const workload = deployment as Workload;
  const labels = Object.entries(workload.spec.selector.matchLabels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const [replicaSets, allPods, slices] = await Promise.all([
    cluster.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, labels }),
    cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels }),
    cluster.list({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', namespace, labels: `kubernetes.io/service-name=${service}` }),
  ]);
  const newest = newestOf(workload, replicaSets as Workload[]);
  const hash = newest?.metadata.labels?.[hashKey];
  const pods = (allPods as Pod[]).filter((pod) => hash !== undefined && pod.metadata.labels?.[hashKey] === hash);
  const troubled = pods.filter((pod) => pod.status?.conditions?.find((each) => each.type === 'Ready')?.status !== 'True');
  const events = await Promise.all(troubled.map((pod) => cluster.eventsOf(pod)));
  return { deployment: workload, pods, events: events.flat() as Happening[], endpoints: readyEndpoints(slices as EndpointSlice[]) };
}

/** The ReplicaSet of the newest version: a Deployment's controller counts them up. */
export function newestOf(deployment: Workload, replicaSets: readonly Workload[]): Workload | undefined {
  const revision = (each: Workload): number => Number(each.metadata.annotations?.[revisionKey] ?? 0);
  return replicaSets
    .filter((each) => each.metadata.ownerReferences?.some((owner) => owner.uid === deployment.metadata.uid))
    .toSorted((a, b) => revision(b) - revision(a))[0];
}

/** Names of the pods that get requests. A condition that is absent counts as true, as the API defines it. */
export function readyEndpoints(slices: readonly EndpointSlice[]): string[] {
  const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
  const ready = endpoints.filter((each) => each.conditions?.ready !== false && each.targetRef?.kind === 'Pod');
  return [...new Set(ready.map((each) => each.targetRef!.name))];
}
