import type * as z from 'zod';
import type { Container, Volume } from './container.ts';
import type { PredictorSpec, Workload } from './deployment.ts';
import { readPod } from './pod.ts';
import { type Findings, join, read, warnUnknown } from './problem.ts';
import { containerSchema, predictorFields, predictorSchema } from './schema.ts';
import { readUnit } from './unit.ts';

/** A predictor as it was read: what it said of its traffic is not settled before all predictors are known. */
export type ReadPredictor = Omit<PredictorSpec, 'traffic'> & { readonly traffic: number | undefined };

export type PredictorContext = { readonly replicas: number; readonly transport: 'rest' | 'grpc'; readonly findings: Findings };

/** Reads one predictor; undefined, with the problems noted, where it cannot be used. */
export function readPredictor(raw: unknown, path: string, context: PredictorContext): ReadPredictor | undefined {
  const { findings } = context;
  const fields = read(predictorSchema, raw, path, findings);
  const pods = podsOf(raw);
  const containers = new Map<string, Container>();
  for (const pod of pods)
    for (const [index, each] of pod.containers.entries())
      readContainer(each, `${join(path, pod.path)}.spec.containers[${index}]`, containers, findings);
  const rawGraph = (raw as { graph?: unknown } | undefined)?.graph;
  const unitContext = { containers, transport: context.transport, names: new Map<string, string>(), findings };
  const graph = isObject(rawGraph) ? readUnit(rawGraph, join(path, 'graph'), unitContext) : undefined;
  if (fields === undefined || graph === undefined) return undefined;
  warnUnknown(fields, predictorFields, path, findings);
  const specs = [...(fields.componentSpec ? [fields.componentSpec] : []), ...fields.componentSpecs];
  return {
    name: fields.name,
    replicas: fields.replicas ?? context.replicas,
    traffic: fields.traffic,
    shadow: fields.shadow,
    annotations: fields.annotations,
    labels: fields.labels,
    graph,
    containers: [...containers.values()],
    volumes: specs.flatMap((pod) => pod.spec.volumes.map(volumeOf)),
    workload: readWorkload(fields, path, findings),
  };
}

function readWorkload(fields: z.infer<typeof predictorSchema>, path: string, findings: Findings): Workload {
  const { componentSpec, componentSpecs, svcOrchSpec, engineResources, progressDeadlineSeconds } = fields;
  const resources = svcOrchSpec?.resources ?? engineResources;
  return {
    pods: [
      ...(componentSpec ? [readPod(componentSpec, join(path, 'componentSpec'), findings)] : []),
      ...componentSpecs.map((pod, index) => readPod(pod, join(path, `componentSpecs[${index}]`), findings)),
    ],
    orchestrator: { env: svcOrchSpec?.env ?? [], ...(resources !== undefined && { resources }) },
    ...(progressDeadlineSeconds !== undefined && { progressDeadlineSeconds }),
  };
}

type RawPod = { readonly path: string; readonly containers: readonly unknown[] };

/** The pods of both forms, read apart from the predictor's other fields so that each container's own problems are found too. */
function podsOf(raw: unknown): RawPod[] {
  if (!isObject(raw)) return [];
  const many = Array.isArray(raw['componentSpecs']) ? raw['componentSpecs'] : [];
  const named: [string, unknown][] = [
    ...(raw['componentSpec'] === undefined ? [] : [['componentSpec', raw['componentSpec']] as [string, unknown]]),
    ...many.map((pod, index): [string, unknown] => [`componentSpecs[${index}]`, pod]),
  ];
  return named.map(([path, pod]) => {
    const spec = isObject(pod) ? pod['spec'] : undefined;
    const containers = isObject(spec) ? spec['containers'] : undefined;
    return { path, containers: Array.isArray(containers) ? containers : [] };
  });
}

function readContainer(raw: unknown, path: string, containers: Map<string, Container>, findings: Findings): void {
  const container = read(containerSchema, raw, path, findings);
  if (container === undefined) return;
  const { name, image } = container;
  if (containers.has(name))
    findings.problems.push({ path: join(path, 'name'), message: `another container of this predictor is called "${name}" too` });
  containers.set(name, {
    name,
    image,
    env: Object.fromEntries(container.env.flatMap((each) => (each.value === undefined ? [] : [[each.name, each.value]]))),
    volumeMounts: container.volumeMounts.map((mount) => ({ name: mount.name, mountPath: mount.mountPath })),
  });
}

function volumeOf({ volumeSource, ...volume }: { name: string; volumeSource?: Record<string, unknown> | undefined }): Volume {
  return { ...volume, ...volumeSource };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
