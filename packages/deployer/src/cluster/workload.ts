import type { LiveObject } from './live-object.ts';

/** A condition of an object's status. */
export type Condition = { readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string };

type PodTemplate = { readonly spec: { readonly containers: readonly { readonly name: string; readonly image: string }[] } };

/** apps/v1 Deployment and ReplicaSet, as far as a rollout is read from them. */
export type Workload = LiveObject & {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: PodTemplate;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
};

export type ContainerState = {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt: string };
  readonly terminated?: { readonly exitCode: number; readonly signal?: number; readonly reason?: string; readonly message?: string };
};

export type ContainerStatus = {
  readonly name: string;
  readonly image: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
};

export type Pod = LiveObject & {
  readonly spec?: { readonly containers: readonly { readonly name: string; readonly image: string }[] };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
};

/** core/v1 Event. */
export type Happening = LiveObject & {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly firstTimestamp?: string;
  readonly lastTimestamp?: string;
  readonly involvedObject: { readonly kind: string; readonly name: string; readonly uid?: string; readonly fieldPath?: string };
};

/** discovery.k8s.io/v1 EndpointSlice. */
export type EndpointSlice = LiveObject & {
  readonly endpoints?: readonly {
    readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean };
    readonly targetRef?: { readonly kind: string; readonly name: string };
  }[];
};

/** A Deployment with all that says how its newest version does. */
export type Observation = {
  readonly deployment: Workload;
  /** Of the newest version only: what older pods suffer is not this rollout's failure. */
  readonly pods: readonly Pod[];
  /** Of the pods and their ReplicaSet, oldest first. */
  readonly events: readonly Happening[];
  /** Names of the pods that its Service sends requests to. */
  readonly endpoints: readonly string[];
};
