import { describeObject, type KubernetesObject } from '../kubernetes-object.ts';
import { deploymentLabel, managedBy } from '../render/labels.ts';
import type { Cluster } from './cluster.ts';
import { ClusterError } from './cluster-error.ts';
import type { LiveObject } from './live-object.ts';

/**
 * Why an object on the cluster is not the deployment's of that name, in words; undefined where it is. The names of two deployments and
 * their predictors may come out alike: the deployment `a-b`, and the predictor `b` of `a`.
 */
export function whoseElse(there: LiveObject, name: string): string | undefined {
  const { labels = {} } = there.metadata;
  const called = describeObject(there);
  if (labels['app.kubernetes.io/managed-by'] !== managedBy)
    return `${called} is there already and was not made by switchyard; rename one of the two, or delete it`;
  const other = labels[deploymentLabel];
  return other === name ? undefined : `${called} belongs to the deployment "${other}", ${wanting(`the deployment "${name}"`)}`;
}

/** What follows on whose an object is, where another deployment would have it too. */
export const wanting = (who: string): string => `and ${who} would have one of the same name: rename one of them, or its predictor`;

/** Looks at what is there of the objects, and says of each that is not the deployment's whose it is. A kind that the cluster does not have has none. */
export async function findForeign(cluster: Pick<Cluster, 'get'>, objects: readonly KubernetesObject[], name: string): Promise<string[]> {
  const live = await Promise.all(objects.map((each) => cluster.get(each).catch(noneOfUnknown)));
  return live.flatMap((each) => (each === undefined ? [] : (whoseElse(each, name) ?? [])));
}

function noneOfUnknown(error: unknown): undefined {
  if (!(error instanceof ClusterError && error.reason === 'unknown-kind')) throw error;
}
