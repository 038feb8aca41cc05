import type { RenderOptions } from './options.ts';

/** Requests and limits, without those that say nothing: the API server keeps no empty ones. */
export function resourcesOf(resources: RenderOptions['resources']['router']): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(resources).filter(([, quantities]) => Object.keys(quantities).length > 0));
}
