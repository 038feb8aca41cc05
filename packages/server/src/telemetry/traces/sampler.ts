import type { TraceContext } from '../trace-context.ts';

export const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type SamplerName = (typeof samplers)[number];

/** Whether a request is traced, by the trace that it came with, where it came with one, and by the id of its trace. */
export type Sampler = (parent: TraceContext | undefined, traceId: string) => boolean;

/**
 * OpenTelemetry's samplers. A ratio is drawn by the last 52 bits of the trace's id, of which those above the threshold are taken: so whoever draws
 * in this way by a higher ratio has all the traces of a lower one.
 */
export function samplerOf(name: SamplerName, ratio: number): Sampler {
  if (name.startsWith('parentbased_')) {
    const root = samplerOf(name.slice('parentbased_'.length) as SamplerName, ratio);
    return (parent, traceId) => (parent ? (parent.flags & 1) === 1 : root(undefined, traceId));
  }
  if (name === 'always_on') return () => true;
  if (name === 'always_off') return () => false;
  const threshold = (1 - ratio) * 2 ** 52;
  return (_, traceId) => Number.parseInt(traceId.slice(19), 16) >= threshold;
}
