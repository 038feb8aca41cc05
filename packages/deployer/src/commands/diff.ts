import { isRoute, listManaged, staleObjects } from '../cluster/index.ts';
import { describeObject } from '../kubernetes-object.ts';
import type { RenderOptions } from '../render/options.ts';
import { renderInto } from './apply.ts';
import { comparable } from './comparable.ts';
import { namespaceOf, readManifests } from './read-manifests.ts';
import type { Session } from './session.ts';
import { style } from './terminal.ts';
import { unifiedDiff } from './unified-diff.ts';

/**
 * Shows what applying the files would change: what the API server would make of each object, against what it has.
 * @returns whether anything would change
 */
export async function diff(files: readonly string[], rendering: RenderOptions, session: Session): Promise<boolean> {
  const { cluster, terminal } = session;
  let differs = false;
  const show = (title: string, text: string, change: string): void => {
    if (text === '') return;
    differs = true;
    terminal.line(style('bold', `${title}  (${change})`));
    terminal.line(text.split('\n').map(coloured).join('\n'));
    terminal.event('differs', { object: title, change, diff: text });
  };
  for (const deployment of readManifests(files)) {
    const namespace = namespaceOf(deployment, session.namespace, cluster.namespace);
    const objects = renderInto(deployment, namespace, rendering);
    for (const object of objects) {
      const live = await cluster.get(object);
      const future = await cluster.apply(object, { dryRun: true, force: true });
      show(describeObject(object), unifiedDiff(comparable(live), comparable(future)), live === undefined ? 'new' : 'changed');
    }
    for (const stale of staleObjects(await listManaged(cluster, deployment.name, namespace), objects))
      show(describeObject(stale), unifiedDiff(comparable(stale), ''), isRoute(stale) ? 'deleted' : 'deleted, once the new version serves');
  }
  if (!differs) terminal.line('nothing would change');
  terminal.event('result', { differs });
  return differs;
}

const colours = { '+': 'green', '-': 'red', '@': 'cyan' } as const;
const coloured = (line: string): string => {
  const colour = colours[line[0] as keyof typeof colours];
  return colour === undefined ? line : style(colour, line);
};
