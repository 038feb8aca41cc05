import { UserError } from '@switchyard/config';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { listRevisions } from './revisions.ts';
import type { Session } from './session.ts';
import { table } from './table.ts';

/** Lists the versions of a deployment that are kept. */
export async function history(name: string, { cluster, terminal, ...session }: Session): Promise<void> {
  const namespace = session.namespace ?? cluster.namespace;
  const revisions = await listRevisions(cluster, name, namespace);
  if (revisions.length === 0) throw new UserError(`deployment "${name}" in namespace ${namespace} has no history`);
  for (const { objects, ...facts } of revisions) terminal.event('version', { ...facts, images: imagesOf(objects) });
  const rows = revisions.map(({ number, appliedAt, state, note, objects }) => [
    String(number),
    appliedAt,
    state,
    imagesOf(objects).join(' '),
    note,
  ]);
  terminal.line(table(['VERSION', 'APPLIED', 'STATE', 'IMAGES', 'NOTE'], rows));
}

type Templated = { spec?: { template?: { spec?: { containers?: readonly { image: string }[] } } } };

/** The images of all Deployments, each once, by the last part of their names. */
export function imagesOf(objects: readonly KubernetesObject[]): string[] {
  const containers = objects.flatMap((each) => (each as Templated).spec?.template?.spec?.containers ?? []);
  return [...new Set(containers.map(({ image }) => image.slice(image.lastIndexOf('/') + 1)))];
}
