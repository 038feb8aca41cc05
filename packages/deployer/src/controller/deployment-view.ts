import type { LiveObject, RolloutProblem, Workload } from '../cluster/index.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';

export type DeploymentState = 'Creating' | 'Available' | 'Failed';

/** `.status` of a SeldonDeployment: the fields that Seldon's clients read, and two that `kubectl wait` and `kubectl get` do. */
export type StatusView = {
  readonly state: DeploymentState;
  /** Why it is not available, or not reached by its routes; else empty. */
  readonly description: string;
  readonly predictorStatus: readonly { readonly name: string; readonly replicas: number; readonly replicasAvailable: number }[];
  /** The generation of the SeldonDeployment that this is about. */
  readonly observedGeneration: number;
  readonly conditions: readonly ReadyCondition[];
};

export type ReadyCondition = {
  readonly type: 'Ready';
  readonly status: 'True' | 'False';
  readonly reason: DeploymentState;
  readonly message: string;
  readonly lastTransitionTime: string;
};

/** How far the predictors' Deployments are, by what the API server tells of them without being asked. */
export type Progress = {
  readonly predictors: StatusView['predictorStatus'];
  readonly done: boolean;
  readonly waits: string;
  /** Deployments that something may hold up. One that Kubernetes has not begun with is not held up: all of them may be late then. */
  readonly late: readonly string[];
};

/**
 * Reads how far the predictors are.
 *
 * @param desired what they should be; only Deployments are looked at
 * @param find the Deployment of that name as it is
 */
export function readProgress(desired: readonly KubernetesObject[], find: (name: string) => LiveObject | undefined): Progress {
  const rows = desired
    .filter((each) => each.kind === 'Deployment')
    .map(({ metadata: { name } }) => {
      const live = find(name) as Workload | undefined;
      const { spec, status = {}, metadata } = live ?? {};
      const replicas = spec?.replicas ?? 1;
      const replicasAvailable = status.availableReplicas ?? 0;
      const updated = status.updatedReplicas ?? 0;
      const seen = (status.observedGeneration ?? 0) >= (metadata?.generation ?? 1);
      const done = seen && updated === replicas && (status.replicas ?? 0) === replicas && replicasAvailable >= replicas;
      return { name, replicas, replicasAvailable, updated, begun: live !== undefined && seen, done };
    });
  const late = rows.filter((each) => !each.done);
  return {
    predictors: rows.map(({ name, replicas, replicasAvailable }) => ({ name, replicas, replicasAvailable })),
    done: late.length === 0,
    late: late.filter((each) => each.begun).map((each) => each.name),
    waits: late.map((each) => `${each.name}: ${each.updated} of ${each.replicas} updated, ${each.replicasAvailable} available`).join('; '),
  };
}

/** Since when each kind of problem has been there without a break, in ms. */
export type Seen = ReadonlyMap<RolloutProblem['kind'], number>;

export const noteProblems = (before: Seen, problems: readonly RolloutProblem[], now: number): Seen =>
  new Map(problems.map(({ kind }) => [kind, before.get(kind) ?? now]));

/** The status to write: `before` is what is written there now, whose time stays where nothing but words changed. */
export function statusView(view: Omit<StatusView, 'conditions'>, before: Partial<StatusView> | undefined, now: Date): StatusView {
  const status = view.state === 'Available' ? 'True' : 'False';
  const former = before?.conditions?.find((each) => each.type === 'Ready');
  const lastTransitionTime = former?.status === status ? former.lastTransitionTime : now.toISOString().replace(/\.\d+Z$/, 'Z');
  return { ...view, conditions: [{ type: 'Ready', status, reason: view.state, message: view.description, lastTransitionTime }] };
}
