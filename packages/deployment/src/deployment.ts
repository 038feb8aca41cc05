import type { Container, Volume } from './container.ts';
import type { GraphUnit } from './graph-unit.ts';
import type { Orchestrator, Pod } from './pod.ts';

export const apiVersions = ['v1alpha1', 'v1alpha2', 'v1alpha3', 'v1'] as const;
export type ApiVersion = (typeof apiVersions)[number];

export const protocols = ['seldon', 'tensorflow', 'kfserving', 'v2'] as const;
export type DeploymentProtocol = (typeof protocols)[number];

type Strings = Readonly<Record<string, string>>;

/** One way to answer: its graph and the containers that the graph's units run in. */
export type PredictorSpec = {
  readonly name: string;
  readonly replicas: number;
  /** Percent of the deployment's requests, 0..100. */
  readonly traffic: number;
  /** Gets a copy of the requests; its answers go nowhere. */
  readonly shadow: boolean;
  readonly annotations: Strings;
  readonly labels: Strings;
  readonly graph: GraphUnit;
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
  /** What a cluster is told beyond the graph. An engine is not told it. */
  readonly workload?: Workload;
};

/** How a predictor's pods are to be, as the manifest has it. */
export type Workload = {
  readonly pods: readonly Pod[];
  readonly orchestrator: Orchestrator;
  /** How long a rollout may make no progress before it counts as failed. */
  readonly progressDeadlineSeconds?: number;
};

/** A SeldonDeployment, whatever version it was written in. */
export type Deployment = {
  readonly name: string;
  readonly namespace?: string;
  readonly apiVersion: ApiVersion;
  readonly protocol: DeploymentProtocol;
  readonly annotations: Strings;
  readonly labels: Strings;
  readonly predictors: readonly PredictorSpec[];
  /** What was tolerated but looks like a mistake: fields that no version of SeldonDeployment has. */
  readonly warnings: readonly string[];
};
