import { UserError } from '@switchyard/config';
import { applyVersion } from './apply.ts';
import { lastServed, listRevisions, type Revision } from './revisions.ts';
import type { Session } from './session.ts';

export type RollbackOptions = { readonly to?: number; readonly timeout: number };

/** Rolls out an older version again, as it was: the one named, or the last that served before the newest. It becomes a version of its own. */
export async function rollback(name: string, { to, timeout }: RollbackOptions, session: Session): Promise<void> {
  const namespace = session.namespace ?? session.cluster.namespace;
  const target = chooseTarget(await listRevisions(session.cluster, name, namespace), to, `${namespace}/${name}`);
  const note = `back to ${target.number}`;
  await applyVersion(session, { name, namespace, objects: target.objects, note, timeout, force: true, rollback: true });
}

export function chooseTarget(revisions: readonly Revision[], to: number | undefined, called: string): Revision {
  const newest = revisions.at(-1);
  if (newest === undefined) throw new UserError(`${called} has no history to go back in`);
  const target = to === undefined ? lastServed(revisions, newest.number) : revisions.find((each) => each.number === to);
  const known = revisions.map((each) => `${each.number} (${each.state})`).join(', ');
  if (target === undefined)
    throw new UserError(`${called} has no ${to === undefined ? 'earlier version that served' : `version ${to}`}; there are ${known}`);
  return target;
}
