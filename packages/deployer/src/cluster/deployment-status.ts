import { diagnose } from './diagnose.ts';
import { rolloutOf } from './rollout.ts';
import type { Observation } from './workload.ts';

/** How a SeldonDeployment does, in the fields of its status that Seldon's clients read. */
export type DeploymentStatus = {
  readonly state: 'Creating' | 'Available' | 'Failed';
  /** Why it is not available; empty where it is. */
  readonly description: string;
  /** `name` is that of the predictor's Deployment. */
  readonly predictorStatus: readonly { readonly name: string; readonly replicas: number; readonly replicasAvailable: number }[];
};

/**
 * Available: every predictor's newest version serves with all its replicas. Failed: something holds one up. Creating: it is on its way.
 * A model that is only not ready yet holds nothing up.
 */
export function deploymentStatus(observations: readonly Observation[]): DeploymentStatus {
  const rollouts = observations.map(rolloutOf);
  const predictorStatus = rollouts.map(({ name, wanted, available }) => ({ name, replicas: wanted, replicasAvailable: available }));
  if (rollouts.length > 0 && rollouts.every((each) => each.done)) return { state: 'Available', description: '', predictorStatus };
  const problems = observations.flatMap((each, at) => (rollouts[at]!.done ? [] : diagnose(each)));
  const failed = problems.some((each) => each.kind !== 'readiness');
  return { state: failed ? 'Failed' : 'Creating', description: problems.map((each) => each.message).join('; '), predictorStatus };
}
