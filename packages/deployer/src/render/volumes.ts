import type { Volume } from '@switchyard/deployment';
import { securityVolumes } from './access.ts';
import type { PredictorPlan } from './plan.ts';

/** What is writable where the root file system is not. */
export const tmpVolume = 'switchyard-tmp';
/** Where a router keeps what its bandits learn, unless it is kept elsewhere. */
export const stateVolume = 'switchyard-state';

/** The directory of the routers' state; undefined where it is in memory or at an address. */
export function stateDirectory({ options: { state } }: PredictorPlan): string | undefined {
  return typeof state === 'string' && state.startsWith('/') ? state : undefined;
}

/** The manifest's own volumes, then those that our containers need. */
export function volumesOf(plan: PredictorPlan): Volume[] {
  const { volumes, units, options } = plan;
  return [
    ...volumes,
    ...(units.some(({ work }) => work.kind === 'runtime') ? [{ name: tmpVolume, emptyDir: { sizeLimit: '256Mi' } }] : []),
    ...(stateDirectory(plan) === undefined ? [] : [{ name: stateVolume, ...(options.stateVolume ?? { emptyDir: {} }) }]),
    ...securityVolumes(plan),
  ];
}
