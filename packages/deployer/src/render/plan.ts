import { isDeepStrictEqual } from 'node:util';
import {
  type Deployment,
  DeploymentError,
  type GraphUnit,
  type Pod,
  type PredictorSpec,
  type Problem,
  UnresolvedUnitError,
  unitsOf,
  type Volume,
  type Workload,
} from '@switchyard/deployment';
import { objectName } from './names.ts';
import type { RenderOptions } from './options.ts';
import { routerPorts, routerProbePort } from './router-ports.ts';
import { unitPorts, type UnitPorts } from './unit-ports.ts';
import { type UnitWork, unitWork } from './unit-work.ts';

export type WrittenContainer = Pod['containers'][number];

/** A unit with the container that it runs in. */
export type PlannedUnit = UnitPorts & {
  readonly unit: GraphUnit;
  readonly work: Extract<UnitWork, { kind: 'runtime' | 'foreign' }>;
  readonly written: WrittenContainer;
};

/** All that is decided of one predictor before anything is written. */
export type PredictorPlan = {
  readonly deployment: Deployment;
  readonly predictor: PredictorSpec;
  readonly workload: Workload;
  readonly options: RenderOptions;
  /** Of its Deployment, Service and PodDisruptionBudget. */
  readonly name: string;
  readonly namespace: string;
  /** What does the work of each unit, by its name. */
  readonly works: ReadonlyMap<string, UnitWork>;
  readonly units: readonly PlannedUnit[];
  /** Containers that do the work of no unit. */
  readonly sidecars: readonly WrittenContainer[];
  /** The pods' own fields, joined: all run in one pod. */
  readonly podSpec: Readonly<Record<string, unknown>>;
  readonly volumes: readonly Volume[];
};

export const routerName = 'ab-router';

/** @throws DeploymentError with all that cannot be run. */
export function planPredictors(deployment: Deployment, options: RenderOptions): PredictorPlan[] {
  const problems: Problem[] = [];
  if (!/^[a-z]/.test(deployment.name))
    problems.push({
      path: 'metadata.name',
      message: `is "${deployment.name}"; it is the name of a Service too, which begins with a letter`,
    });
  const plans = deployment.predictors.map((predictor, index) =>
    planPredictor(deployment, predictor, options, (message) => problems.push({ path: `spec.predictors[${index}]`, message })),
  );
  if (problems.length > 0) throw new DeploymentError(deployment.name, problems);
  return plans;
}

function planPredictor(
  deployment: Deployment,
  predictor: PredictorSpec,
  options: RenderOptions,
  report: (message: string) => void,
): PredictorPlan {
  const { workload } = predictor;
  if (workload === undefined)
    throw new Error(`predictor "${predictor.name}" was read as an engine reads it, without what a cluster is told`);
  const written = workload.pods.flatMap((pod) => pod.containers);
  const works = worksOf(predictor, written, options, report);
  const units = [...unitsOf(predictor.graph)].flatMap((unit): PlannedUnit[] => {
    const work = works.get(unit.name);
    const index = written.findIndex((each) => each.name === unit.name);
    const container = written[index];
    if (container === undefined || (work?.kind !== 'runtime' && work?.kind !== 'foreign')) return [];
    return [{ unit, work, written: container, ...unitPorts(unit, container, index) }];
  });
  const containers = new Set(units.map((each) => each.written));
  const sidecars = written.filter((each) => !containers.has(each) && !isOfUnit(each.name, predictor));
  for (const each of [...containers, ...sidecars])
    if (each.name === routerName) report(`a container is called "${routerName}"; that is the name of the router's own`);
  reportPorts(units, options, report);
  return {
    deployment,
    predictor,
    workload,
    options,
    name: objectName(deployment.name, predictor.name),
    namespace: deployment.namespace ?? options.namespace,
    works,
    units: units.toSorted((a, b) => written.indexOf(a.written) - written.indexOf(b.written)),
    sidecars,
    podSpec: joinPods(workload.pods, report),
    volumes: joinVolumes(predictor.volumes, report),
  };
}

function worksOf(
  predictor: PredictorSpec,
  written: readonly WrittenContainer[],
  options: RenderOptions,
  report: (message: string) => void,
) {
  const works = new Map<string, UnitWork>();
  for (const unit of unitsOf(predictor.graph)) {
    const env = (written.find((each) => each.name === unit.name)?.['env'] ?? []) as { readonly name: string }[];
    try {
      works.set(unit.name, unitWork(unit, new Set(env.map(({ name }) => name)), options));
    } catch (error) {
      if (!(error instanceof UnresolvedUnitError)) throw error;
      report(error.message);
    }
  }
  return works;
}

/** Whether a container belongs to a unit: a unit with an implementation has none, whatever it is called. */
function isOfUnit(name: string, { graph }: PredictorSpec): boolean {
  return [...unitsOf(graph)].some((unit) => unit.container?.name === name);
}

function reportPorts(units: readonly PlannedUnit[], options: RenderOptions, report: (message: string) => void): void {
  const taken = new Map([routerPorts.http, routerPorts.grpc, routerProbePort(options)].map((port) => [port, routerName]));
  for (const { written, work, httpPort, grpcPort, probePort } of units)
    for (const port of [httpPort, grpcPort, ...(options.security.unitTls.secret !== '' && work.kind === 'runtime' ? [probePort] : [])]) {
      const other = taken.get(port);
      if (other !== undefined) report(`containers "${other}" and "${written.name}" both listen on port ${port} of the pod`);
      taken.set(port, written.name);
    }
}

function joinPods(pods: readonly Pod[], report: (message: string) => void): Record<string, unknown> {
  const joined: Record<string, unknown> = {};
  for (const { spec } of pods)
    for (const [key, value] of Object.entries(spec)) {
      if (joined[key] !== undefined && !isDeepStrictEqual(joined[key], value)) {
        if (Array.isArray(joined[key]) && Array.isArray(value)) joined[key] = [...(joined[key] as unknown[]), ...(value as unknown[])];
        else report(`its componentSpecs differ in ${key}, but run in one pod here`);
      } else joined[key] = value;
    }
  return joined;
}

function joinVolumes(volumes: readonly Volume[], report: (message: string) => void): Volume[] {
  const byName = new Map<string, Volume>();
  for (const each of volumes) {
    const other = byName.get(each.name);
    if (other === undefined) byName.set(each.name, each);
    else if (!isDeepStrictEqual(other, each)) report(`two volumes are called "${each.name}", and differ`);
  }
  return [...byName.values()];
}
