import { type Cluster, ClusterError, type LiveObject } from '../cluster/index.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';

/** What became of a version: it is being rolled out, it served, or it never did. */
export type RevisionState = 'rolling-out' | 'served' | 'failed';

/** One version of a deployment as it was applied. */
export type Revision = {
  readonly number: number;
  readonly state: RevisionState;
  readonly appliedAt: string;
  /** Why it is there, or why it failed. */
  readonly note: string;
  /** All that it was made of, as it was sent to the cluster: going back to it does not ask how it would be rendered today. */
  readonly objects: readonly KubernetesObject[];
};

/** How many versions are kept, the newest included. */
export const kept = 10;

const apiVersion = 'apps/v1';
const kind = 'ControllerRevision';
const label = 'switchyard/history-of';
const stateKey = 'switchyard/state';
const noteKey = 'switchyard/note';

/** The versions of a deployment, oldest first. */
export async function listRevisions(cluster: Cluster, name: string, namespace: string): Promise<Revision[]> {
  const found = await cluster.list({ apiVersion, kind, namespace, labels: `${label}=${name}` });
  return found.map(readRevision).toSorted((a, b) => a.number - b.number);
}

function readRevision(object: LiveObject): Revision {
  const { revision, data, metadata } = object as LiveObject & { revision: number; data?: { objects?: KubernetesObject[] } };
  return {
    number: revision,
    state: (metadata.annotations?.[stateKey] ?? 'rolling-out') as RevisionState,
    appliedAt: metadata.creationTimestamp,
    note: metadata.annotations?.[noteKey] ?? '',
    objects: data?.objects ?? [],
  };
}

/**
 * Notes down a version before anything of it is applied, so that what it consists of is known whatever happens then.
 * @throws ClusterError where another apply of the same deployment was faster: a number is taken once
 */
export async function addRevision(
  cluster: Cluster,
  name: string,
  namespace: string,
  version: { number: number; note: string; objects: readonly KubernetesObject[] },
): Promise<Revision> {
  const { number, note, objects } = version;
  try {
    const made = await cluster.create({ ...head(name, namespace, number, note), data: { objects }, revision: number });
    return readRevision(made);
  } catch (error) {
    if (error instanceof ClusterError && error.reason === 'exists')
      throw new ClusterError('exists', `${namespace}/${name}: another apply is under way, or was faster: version ${number} is taken`, {
        cause: error,
      });
    throw error;
  }
}

/** Notes what became of a version. */
export async function settleRevision(
  cluster: Cluster,
  name: string,
  namespace: string,
  number: number,
  state: RevisionState,
  note: string,
) {
  const metadata = { name: nameOf(name, number), namespace };
  await cluster.patch({ apiVersion, kind, metadata }, { metadata: { annotations: { [stateKey]: state, [noteKey]: note } } });
}

const nameOf = (name: string, number: number): string => `${name}-${number}`;

function head(name: string, namespace: string, number: number, note: string): KubernetesObject {
  const labels = { [label]: name, 'app.kubernetes.io/managed-by': 'switchyard' };
  const annotations = { [stateKey]: 'rolling-out' satisfies RevisionState, [noteKey]: note };
  return { apiVersion, kind, metadata: { name: nameOf(name, number), namespace, labels, annotations } };
}

export const deleteRevision = (cluster: Cluster, name: string, namespace: string, number: number): Promise<boolean> =>
  cluster.delete({ apiVersion, kind, metadata: { name: nameOf(name, number), namespace } }, 'Background'); // it owns nothing

/** The number of the next version. Numbers are never used twice while any version is kept. */
export const nextNumber = (revisions: readonly Revision[]): number => Math.max(0, ...revisions.map((each) => each.number)) + 1;

/** The newest version that served, older than `before`: what a failed one goes back to. */
export const lastServed = (revisions: readonly Revision[], before = Infinity): Revision | undefined =>
  revisions.filter((each) => each.state === 'served' && each.number < before).at(-1);

/** The versions to forget: beyond {@link kept}, but never the newest that served, however many have failed since. */
export function forgotten(revisions: readonly Revision[]): Revision[] {
  const good = lastServed(revisions);
  return revisions.slice(0, Math.max(0, revisions.length - kept)).filter((each) => each !== good);
}
