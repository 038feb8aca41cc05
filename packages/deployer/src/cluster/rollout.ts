import type { Observation } from './workload.ts';

/** How far the newest version of a Deployment has come. */
export type Rollout = {
  readonly name: string;
  /** Replicas wanted. */
  readonly wanted: number;
  /** Pods of the newest version. */
  readonly updated: number;
  /** Pods of any version that are ready. */
  readonly available: number;
  /** Pods of the newest version that get requests. */
  readonly serving: number;
  /** All replicas are of the newest version, ready, and get requests; none of an older version is left. */
  readonly done: boolean;
};

export function rolloutOf({ deployment, pods, endpoints }: Observation): Rollout {
  const { metadata, spec, status = {} } = deployment;
  const wanted = spec.replicas ?? 1;
  const seen = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0); // before, its counts are of the version before
  const updated = seen ? (status.updatedReplicas ?? 0) : 0;
  const available = status.availableReplicas ?? 0;
  const newest = new Set(pods.map((pod) => pod.metadata.name));
  const serving = !seen ? 0 : endpoints.filter((name) => newest.has(name)).length;
  const settled = updated === wanted && (status.replicas ?? 0) === wanted && available >= wanted;
  return { name: metadata.name, wanted, updated, available, serving, done: seen && settled && serving >= wanted };
}

/** `mnist-default: 1 of 2 updated, 1 available, 1 serving`. */
export const describeRollout = ({ name, wanted, updated, available, serving }: Rollout): string =>
  `${name}: ${updated} of ${wanted} updated, ${available} available, ${serving} serving`;
