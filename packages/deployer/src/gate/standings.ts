import { ArtifactError, type Store } from '@switchyard/artifact';
import { UserError } from '@switchyard/config';
import type { Standing } from './decide-rollout.ts';

/**
 * The figure of every version, ascending. The newest is verified and must have it; of older ones, those that are damaged or lack it are
 * left out: they are nothing to be held against.
 * @throws UserError where the newest has no such figure, ArtifactError where it cannot be served
 */
export async function standings(store: Store, model: string, metric: string): Promise<Standing[]> {
  const versions = await store.versions(model);
  const figures = await Promise.all(versions.map((version, at) => figure(store, model, version, metric, at === versions.length - 1)));
  return figures.flatMap((value, at) => (value === undefined ? [] : [{ version: versions[at]!, value }]));
}

async function figure(store: Store, model: string, version: string, metric: string, newest: boolean): Promise<number | undefined> {
  try {
    const { metrics } = (await store.open({ name: model, version })).manifest;
    const value = metrics[metric];
    if (value !== undefined || !newest) return value;
    throw new UserError(`${model}:${version} has no metric "${metric}"; it has ${Object.keys(metrics).join(', ') || 'none'}`);
  } catch (error) {
    if (newest || !(error instanceof ArtifactError)) throw error;
    return undefined;
  }
}
