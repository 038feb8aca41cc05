import { ClusterError } from '../cluster/cluster-error.ts';
import { type Cluster, fieldManager } from '../cluster/cluster.ts';
import type { LiveObject } from '../cluster/index.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';

type ManagedFields = { readonly manager?: string; readonly operation?: string; readonly subresource?: string };

/**
 * Applies an object over whatever has become of it. Server-side apply puts back what is ours and leaves what others have added beside it;
 * but where the two together are invalid, such as a port that was renumbered and its original, both named `http`, it can do neither. Then
 * the lists are written whole, and what is in them is taken off the books again, so that the next version can remove it.
 *
 * @param there the object as it is; undefined where it is not
 */
export async function applyOver(
  cluster: Pick<Cluster, 'apply' | 'patch'>,
  object: KubernetesObject,
  there: LiveObject | undefined,
): Promise<LiveObject> {
  try {
    return await cluster.apply(object, { force: true });
  } catch (error) {
    if (there === undefined || !(error instanceof ClusterError) || error.reason !== 'invalid') throw error;
    const { apiVersion: _version, kind: _kind, metadata: _metadata, ...meaning } = object;
    await cluster.patch(object, meaning).catch(() => {
      throw error; // it is invalid by itself
    });
  }
  const applied = await cluster.apply(object, { force: true });
  return cluster.patch(object, { metadata: { managedFields: appliedOnly(applied) } });
}

/** The books without the entry of our patch. */
function appliedOnly({ metadata }: LiveObject): readonly ManagedFields[] {
  const entries = (metadata['managedFields'] ?? []) as readonly ManagedFields[];
  return entries.filter((each) => each.subresource !== undefined || each.manager !== fieldManager || each.operation === 'Apply');
}
