import { UserError } from '@switchyard/config';
import { describeObject, type KubernetesObject } from '../kubernetes-object.ts';
import { type Attachment, describeRollout, findForeign, isRoute, listManaged, staleObjects } from '../cluster/index.ts';
import type { Session } from './session.ts';
import { style } from './terminal.ts';
import { waitUntilRouted } from './wait-until-routed.ts';
import { type Progress, waitUntilServing } from './wait-until-serving.ts';

export type RollOutOptions = {
  readonly name: string;
  readonly namespace: string;
  readonly timeoutSeconds: number;
  /** Takes over fields that others have set. */
  readonly force: boolean;
  /** Whether the gateways have to take the routes; those of a version gone back to were taken in their time. */
  readonly mustBeRouted: boolean;
};

/**
 * Makes the cluster what the objects say, so that requests never lead to what is not there: first what serves, and when it does, the
 * routes to it; and when a gateway has taken those, what the deployment has no more is taken away, routes first.
 *
 * @throws RolloutError where the new version does not come to serve; routes and the old version are untouched then; or where a gateway
 *   refuses its routes
 */
export async function rollOut(session: Session, objects: readonly KubernetesObject[], options: RollOutOptions): Promise<void> {
  const { cluster, terminal, signal } = session;
  const { name, namespace, timeoutSeconds, force, mustBeRouted } = options;
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
  const routes = objects.filter(isRoute);
  await refuseForeign(session, routes, options); // some time has passed
  for (const object of routes) await apply(object);
  if (mustBeRouted) await waitUntilRouted(cluster, routes, { timeoutSeconds, signal, onWait: (open) => showRoutes(session, open) });
  for (const object of staleObjects(await listManaged(cluster, name, namespace), objects)) {
    await cluster.delete(object);
    terminal.line(`  ${describeObject(object)} is no part of it any more: deleted`);
    terminal.event('pruned', { kind: object.kind, name: object.metadata.name, namespace });
  }
}

/** @throws UserError where an object of the same name is another's: nothing is taken over, whatever is forced. */
export async function refuseForeign(
  { cluster }: Session,
  objects: readonly KubernetesObject[],
  { name, namespace }: Pick<RollOutOptions, 'name' | 'namespace'>,
): Promise<void> {
  const foreign = await findForeign(cluster, objects, name);
  if (foreign.length > 0) throw new UserError(`${namespace}/${name} cannot be applied:\n${foreign.map((each) => `  ${each}`).join('\n')}`);
}

function showRoutes({ terminal }: Session, open: readonly Attachment[]): void {
  terminal.event('routing', { waiting: open.map(({ what, state, why }) => ({ what, state, why })) });
  terminal.state(`  ${open.map(({ what, why }) => `${what}: ${why === '' ? 'waiting' : why}`).join('; ')}`);
}

function show({ terminal }: Session, { rollouts, problems }: Progress): void {
  terminal.event('progress', { rollouts, problems });
  const trouble = problems[0] === undefined ? '' : `  ${style('yellow', problems[0].message)}`;
  terminal.state(`  ${rollouts.map(describeRollout).join('; ')}${trouble}`);
}
