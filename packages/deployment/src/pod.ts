import * as z from 'zod';
import { type Findings, join } from './problem.ts';
import type { podSchema } from './schema.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A pod of a predictor as its manifest has it, in the form of today's Kubernetes. What it holds is for a cluster to check. */
export type Pod = {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** A PodSpec without its containers and volumes: `nodeSelector`, `serviceAccountName`, `tolerations`, … */
  readonly spec: Fields;
  /** Whole containers, in the manifest's order, by which Seldon numbers their ports. */
  readonly containers: readonly (Fields & { readonly name: string; readonly image: string })[];
};

/** What a manifest says of the router's own container (`svcOrchSpec`, `engineResources`). */
export type Orchestrator = { readonly env: readonly Fields[]; readonly resources?: Fields };

type RawPod = z.infer<typeof podSchema>;

const unsupported = ['hpaSpec', 'kedaSpec', 'replicas'];

/** A pod that passed its schema, and whose containers passed theirs. */
export function readPod(raw: RawPod, path: string, findings: Findings): Pod {
  for (const key of unsupported)
    if (raw[key] !== undefined) findings.warnings.push(`${join(path, key)} is not supported here and is ignored`);
  const { containers, volumes: _, initContainers, ...spec } = raw.spec;
  return {
    labels: raw.metadata.labels,
    annotations: raw.metadata.annotations,
    spec: { ...spec, ...(Array.isArray(initContainers) && { initContainers: initContainers.map(flattened) }) },
    containers: containers.map((each) => flattened(each) as Pod['containers'][number]),
  };
}

/** v1alpha1 has what a probe does one level deeper than Kubernetes, as Kubernetes' own proto has: `{ handler: { httpGet } }`. */
function flattened(container: unknown): Fields {
  const flat: Record<string, unknown> = { ...(container as Fields) };
  for (const key of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const { handler, ...probe } = (flat[key] ?? {}) as { handler?: Fields };
    if (handler !== undefined) flat[key] = { ...probe, ...handler };
  }
  return flat;
}
