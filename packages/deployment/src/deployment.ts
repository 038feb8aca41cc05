import type { Container, Volume } from './container.ts';
import type { GraphUnit } from './graph-unit.ts';

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
