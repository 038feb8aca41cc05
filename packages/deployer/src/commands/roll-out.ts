import { describeObject, type KubernetesObject } from '../kubernetes-object.ts';
import { describeRollout, isRoute, listManaged, staleObjects } from '../cluster/index.ts';
import type { Session } from './session.ts';
import { style } from './terminal.ts';
import { type Progress, waitUntilServing } from './wait-until-serving.ts';

export type RollOutOptions = {
  readonly name: string;
  readonly namespace: string;
  readonly timeoutSeconds: number;
  /** Takes over fields that others have set. */
  readonly force: boolean;
};

/**
 * Makes the cluster what the objects say, so that requests never lead to what is not there: first what serves, and when it does, the
 * routes to it; at last, what the deployment has no more is taken away, routes first.
 *
 * @throws RolloutError where the new version does not come to serve; routes and the old version are untouched then
 */
export async function rollOut(session: Session, objects: readonly KubernetesObject[], options: RollOutOptions): Promise<void> {
  const { cluster, terminal, signal } = session;
  const { name, namespace, timeoutSeconds, force } = options;
  const apply = async (object: KubernetesObject): Promise<void> => {
    const { metadata } = await cluster.apply(object, { force });
    terminal.event('applied', {
      kind: object.kind,
      name: metadata.name,
      namespace: metadata.namespace,
      resourceVersion: metadata.resourceVersion,
    });
  };
  for (const object of objects.filter((each) => !isRoute(each))) await apply(object);
  const deployments = objects.filter((each) => each.kind === 'Deployment');
  await waitUntilServing(cluster, deployments, { namespace, timeoutSeconds, signal, onProgress: (progress) => show(session, progress) });
  for (const object of objects.filter(isRoute)) await apply(object);
  for (const object of staleObjects(await listManaged(cluster, name, namespace), objects)) {
    await cluster.delete(object);
    terminal.line(`  ${describeObject(object)} is no part of it any more: deleted`);
    terminal.event('pruned', { kind: object.kind, name: object.metadata.name, namespace });
  }
}

function show({ terminal }: Session, { rollouts, problems }: Progress): void {
  terminal.event('progress', { rollouts, problems });
  const trouble = problems[0] === undefined ? '' : `  ${style('yellow', problems[0].message)}`;
  terminal.state(`  ${rollouts.map(describeRollout).join('; ')}${trouble}`);
}
