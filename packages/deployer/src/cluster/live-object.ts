import type { KubernetesObject, ObjectMeta } from '../kubernetes-object.ts';

/** An object as the API server has it. `spec`, `status` and the like are read by whoever knows the kind. */
export type LiveObject = KubernetesObject & { readonly metadata: LiveMeta };

export type LiveMeta = ObjectMeta & {
  readonly uid: string;
  /** Changes with every change of the object. */
  readonly resourceVersion: string;
  /** Counts the changes of `spec`, from 1. Absent for kinds that have none, such as Service. */
  readonly generation?: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
};

/** Which object is meant. Without a namespace it is the cluster's own ({@link Cluster.namespace}), where the kind has namespaces. */
export type Reference = Pick<KubernetesObject, 'apiVersion' | 'kind'> & {
  readonly metadata: { readonly name: string; readonly namespace?: string };
};

/** Which objects are meant. */
export type Query = {
  readonly apiVersion: string;
  readonly kind: string;
  /** Absent: the cluster's own. `'*'`: all namespaces. */
  readonly namespace?: string;
  /** As kubectl's `-l`: `seldon-deployment-id=mnist,app=seldon`. */
  readonly labels?: string;
  /** As kubectl's `--field-selector`. */
  readonly fields?: string;
};
