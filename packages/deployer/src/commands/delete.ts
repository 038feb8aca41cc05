import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '@switchyard/config';
import { listManaged, staleObjects } from '../cluster/index.ts';
import { describeObject } from '../kubernetes-object.ts';
import { deleteRevision, listRevisions } from './revisions.ts';
import type { Session } from './session.ts';
import { style } from './terminal.ts';

export type DeleteOptions = { readonly wait: boolean; readonly timeout: number; readonly ignoreNotFound: boolean };

/** Takes a deployment off the cluster, routes first, with its history, and waits until all of it is gone: its pods finish what they have begun. */
export async function deleteDeployment(
  name: string,
  options: DeleteOptions,
  { cluster, terminal, signal, ...session }: Session,
): Promise<void> {
  const namespace = session.namespace ?? cluster.namespace;
  const objects = await listManaged(cluster, name, namespace);
  const owner = objects.flatMap((each) => each.metadata.ownerReferences ?? []).find((each) => each.kind === 'SeldonDeployment');
  if (owner !== undefined)
    throw new UserError(
      `${namespace}/${name} belongs to the controller; delete the SeldonDeployment ${owner.name} with kubectl, and all of it goes along`,
    );
  const revisions = await listRevisions(cluster, name, namespace);
  if (objects.length + revisions.length === 0) {
    if (options.ignoreNotFound) return terminal.line(`there is no ${namespace}/${name}`);
    throw new UserError(`there is no deployment "${name}" in namespace ${namespace}`);
  }
  for (const object of staleObjects(objects, [])) {
    await cluster.delete(object);
    terminal.line(`  ${describeObject(object)} deleted`);
    terminal.event('deleted', { kind: object.kind, name: object.metadata.name, namespace });
  }
  for (const { number } of revisions) await deleteRevision(cluster, name, namespace, number);
  if (options.wait) await waitUntilGone();
  terminal.line(`${style('green', '✔')} ${namespace}/${name} is ${options.wait ? 'gone' : 'going'}`);
  terminal.event('gone', { name, namespace, waited: options.wait });

  async function waitUntilGone(): Promise<void> {
    const until = performance.now() + options.timeout * 1000;
    for (;;) {
      const left = await listManaged(cluster, name, namespace);
      if (left.length === 0) return;
      const names = left.map(describeObject).join(', ');
      if (signal.aborted) throw new UserError(`waiting was stopped; these go by themselves: ${names}`);
      if (performance.now() > until) throw new UserError(`still there after ${options.timeout} s: ${names}`);
      terminal.state(`  waiting for ${names}`);
      await sleep(500, undefined, { signal }).catch(() => {});
    }
  }
}
