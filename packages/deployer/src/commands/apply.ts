import { isDeepStrictEqual } from 'node:util';
import { UserError } from '@switchyard/config';
import type { Deployment } from '@switchyard/deployment';
import { ClusterError, isRoute } from '../cluster/index.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import type { RenderOptions } from '../render/options.ts';
import { render } from '../render/render.ts';
import { namespaceOf, readManifests } from './read-manifests.ts';
import {
  addRevision,
  deleteRevision,
  forgotten,
  lastServed,
  listRevisions,
  nextNumber,
  type Revision,
  settleRevision,
} from './revisions.ts';
import { RolloutError, SupersededError } from './rollout-error.ts';
import { refuseForeign, rollOut } from './roll-out.ts';
import type { Session } from './session.ts';
import { style } from './terminal.ts';
import { missingGateways } from './wait-until-routed.ts';

export type ApplyCommandOptions = {
  readonly timeout: number;
  readonly rollback: boolean;
  readonly force: boolean;
};

/** Rolls out every SeldonDeployment of the files, one after the other, and waits until each serves. */
export async function apply(
  files: readonly string[],
  rendering: RenderOptions,
  options: ApplyCommandOptions,
  session: Session,
): Promise<void> {
  for (const deployment of readManifests(files)) {
    const namespace = namespaceOf(deployment, session.namespace, session.cluster.namespace);
    const objects = renderInto(deployment, namespace, rendering);
    for (const warning of deployment.warnings) session.terminal.line(style('yellow', `  warning: ${warning}`));
    await applyVersion(session, { name: deployment.name, namespace, objects, note: 'applied', ...options });
  }
}

export function renderInto(deployment: Deployment, namespace: string, rendering: RenderOptions): KubernetesObject[] {
  return render({ ...deployment, namespace }, { ...rendering, namespace });
}

export type Version = ApplyCommandOptions & {
  readonly name: string;
  readonly namespace: string;
  readonly objects: readonly KubernetesObject[];
  /** What the history says of it. */
  readonly note: string;
};

/**
 * Rolls out one version and notes it in the history. Where it does not come to serve, the last version that did is rolled out again.
 * @throws RolloutError, with the reason
 */
export async function applyVersion(session: Session, version: Version): Promise<void> {
  const { cluster, terminal } = session;
  const { name, namespace, objects, timeout, force, note } = version;
  await refuseOwned(session, version);
  await refuseForeign(session, objects, version);
  await refuseUnrouted(session, version);
  await check(session, version);
  const revisions = await listRevisions(cluster, name, namespace);
  const newest = revisions.at(-1);
  const unchanged = newest?.state === 'served' && isDeepStrictEqual(newest.objects, plain(objects));
  const revision = unchanged ? newest : await addRevision(cluster, name, namespace, { number: nextNumber(revisions), note, objects });
  terminal.line(`${style('bold', `${namespace}/${name}`)} version ${revision.number}${unchanged ? ', as it is' : `: ${note}`}`);
  terminal.event('version', { name, namespace, version: revision.number, unchanged });
  try {
    await rollOut(session, objects, { name, namespace, timeoutSeconds: timeout, force, mustBeRouted: true });
  } catch (error) {
    if (session.signal.aborted) throw stopped(version, revision);
    const reason = (error as Error).message;
    await settleRevision(cluster, name, namespace, revision.number, 'failed', summaryOf(error as Error)).catch((unsaid: Error) =>
      terminal.line(style('yellow', `  the history does not learn of it: ${unsaid.message}`)),
    );
    if (error instanceof SupersededError) throw error;
    terminal.line(`${style('red', '✖')} ${namespace}/${name} version ${revision.number} does not serve: ${reason}`);
    terminal.event('failed', { name, namespace, version: revision.number, reason });
    const outcome = await goBack(session, version, revision, revisions);
    const problems = error instanceof RolloutError ? error.problems : [];
    throw new RolloutError(`${namespace}/${name} version ${revision.number} failed; ${outcome}`, problems);
  }
  if (!unchanged) await settleRevision(cluster, name, namespace, revision.number, 'served', note);
  for (const old of forgotten([...revisions, revision])) await deleteRevision(cluster, name, namespace, old.number);
  terminal.line(`${style('green', '✔')} ${namespace}/${name} version ${revision.number} serves`);
  terminal.event('serves', { name, namespace, version: revision.number });
}

/** As the API server gives it back: without what JSON cannot say. */
const plain = (objects: readonly KubernetesObject[]): unknown => JSON.parse(JSON.stringify(objects));

/** What a controller makes of a SeldonDeployment on the cluster would be put back by it at once. */
async function refuseOwned({ cluster }: Session, { name, namespace, objects }: Version): Promise<void> {
  for (const { apiVersion, kind, metadata } of objects.filter((each) => each.kind === 'Deployment')) {
    const live = await cluster.get({ apiVersion, kind, metadata: { name: metadata.name, namespace } });
    const owner = live?.metadata.ownerReferences?.find((each) => each.kind === 'SeldonDeployment');
    if (owner !== undefined)
      throw new UserError(
        `${namespace}/${name} belongs to the controller: ${kind} ${metadata.name} is owned by SeldonDeployment ${owner.name}. Change that with kubectl`,
      );
  }
}

/** Routes to a gateway that is not there lead nobody anywhere, and nothing else would say so. */
async function refuseUnrouted({ cluster }: Session, { name, namespace, objects }: Version): Promise<void> {
  const missing = await missingGateways(cluster, objects.filter(isRoute));
  if (missing.length > 0)
    throw new UserError(
      `${namespace}/${name} is refused, nothing was changed: ${missing.join('; ')}. Make it, name another (--set gateway.name=…, --set gateway.namespace=…), or leave routes out (--routes none)`,
    );
}

/** Lets the API server judge all objects before the first is stored, so that a version is refused as a whole. */
async function check({ cluster }: Session, { name, namespace, objects, force }: Version): Promise<void> {
  const tried = await Promise.allSettled(objects.map((each) => cluster.apply(each, { dryRun: true, force })));
  const problems = tried.flatMap((each) => (each.status === 'rejected' ? [each.reason as Error] : []));
  const foreign = problems.find((each) => !(each instanceof ClusterError));
  if (foreign !== undefined) throw foreign;
  if (problems.length === 1) throw problems[0];
  if (problems.length > 1)
    throw new UserError(
      `${namespace}/${name} is refused, nothing was changed:\n${[...new Set(problems.map((each) => `  ${each.message}`))].join('\n')}`,
    );
}

/** @returns what is there now, in words */
async function goBack(session: Session, version: Version, failed: Revision, revisions: readonly Revision[]): Promise<string> {
  const { cluster, terminal } = session;
  const { name, namespace, timeout } = version;
  const former = lastServed(revisions, failed.number);
  if (!version.rollback) return 'it stays as it is (--no-rollback)';
  if (former === undefined) return 'no version served before: it stays as it is, to be looked at, applied anew or deleted';
  terminal.line(`  going back to version ${former.number}`);
  const note = `back to ${former.number}, since ${failed.number} failed`;
  const again = await addRevision(cluster, name, namespace, { number: failed.number + 1, note, objects: former.objects });
  try {
    await rollOut(session, former.objects, { name, namespace, timeoutSeconds: timeout, force: true, mustBeRouted: false });
  } catch (error) {
    if (session.signal.aborted) throw error;
    await settleRevision(cluster, name, namespace, again.number, 'failed', summaryOf(error as Error));
    return `going back to version ${former.number} failed too: ${(error as Error).message}`;
  }
  await settleRevision(cluster, name, namespace, again.number, 'served', note);
  terminal.event('rolled-back', { name, namespace, failed: failed.number, to: former.number, version: again.number });
  return `version ${former.number} serves again, as version ${again.number}`;
}

/** What the history says of a failure: the gravest problem, in a line. */
const summaryOf = (error: Error): string => ((error as Partial<RolloutError>).problems?.[0]?.message ?? error.message).split('\n', 1)[0]!;

const stopped = ({ name, namespace }: Version, { number }: Revision): UserError =>
  new UserError(`waiting was stopped; the rollout of ${namespace}/${name} version ${number} goes on by itself: deployer status ${name}`);
