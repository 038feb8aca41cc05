import { encodeParameters, readModelUri } from '@switchyard/deployment';
import { unitAccess, unitProbePort } from './access.ts';
import { componentImage } from './component-image.ts';
import { type EnvVar, mergeEnv, variables } from './env.ts';
import { lifecycle } from './lifecycle.ts';
import type { PlannedUnit, PredictorPlan, WrittenContainer } from './plan.ts';
import { foreignProbes, runtimeProbes } from './probes.ts';
import { resourcesOf } from './resources.ts';
import { containerSecurity } from './security.ts';
import { tmpVolume } from './volumes.ts';

type Fields = Readonly<Record<string, unknown>>;
type Mount = { readonly name: string; readonly mountPath: string };

/** The container of a unit: what the manifest says of it, and what it needs to be known of. */
export function unitContainer(planned: PlannedUnit, plan: PredictorPlan): Fields {
  return planned.work.kind === 'runtime' ? runtimeContainer(planned, planned.work, plan) : foreignContainer(planned, plan);
}

/** A container of no unit runs as it is written, in the same confines. */
export function sidecarContainer(written: WrittenContainer, { options }: PredictorPlan): Fields {
  return { ...common(written, options.imagePullPolicy), securityContext: containerSecurity(written['securityContext'], false) };
}

function runtimeContainer(planned: PlannedUnit, work: { component: string; model?: string }, plan: PredictorPlan): Fields {
  const { written } = planned;
  const { options } = plan;
  const access = unitAccess(planned, options);
  const mounts = (written['volumeMounts'] ?? []) as readonly Mount[];
  const { modelUri, envSecretRefName, parameters } = planned.unit;
  const place = modelUri === undefined ? undefined : readModelUri(modelUri, work.model);
  const store = place?.store ?? storeOf(mounts, options.storePath);
  const version = parameters['model_version'] === undefined ? place?.version : undefined;
  const defaults = variables({
    SWITCHYARD_NAMESPACE: plan.namespace,
    SWITCHYARD_MODEL: work.model,
    SWITCHYARD_MODEL_VERSION: version,
    SWITCHYARD_STORE: store,
  });
  const stored = mounts.map((mount) => (isWithin(store, mount.mountPath) ? { ...mount, readOnly: true } : mount));
  const tmp = mounts.some(({ mountPath }) => mountPath === '/tmp') ? [] : [{ name: tmpVolume, mountPath: '/tmp' }];
  return {
    ...common(written, options.imagePullPolicy, {
      ...runtimeProbes(unitProbePort(planned, options)),
      resources: resourcesOf(options.resources.runtime),
    }),
    image: componentImage(work.component, written.image, options),
    env: unitEnv(planned, plan, defaults, access.env),
    ...(envSecretRefName !== undefined && { envFrom: [...envFromOf(written), { secretRef: { name: envSecretRefName } }] }),
    ports: portsOf(planned),
    lifecycle: lifecycle('unit', plan, written['lifecycle']),
    volumeMounts: [...stored, ...tmp, ...access.mounts],
    securityContext: containerSecurity(written['securityContext'], true),
  };
}

function foreignContainer(planned: PlannedUnit, plan: PredictorPlan): Fields {
  const { unit, written, httpPort, grpcPort } = planned;
  const { options } = plan;
  const probes = foreignProbes(unit.endpoint.type === 'GRPC' ? grpcPort : httpPort);
  return {
    ...common(written, options.imagePullPolicy, { ...probes, resources: resourcesOf(options.resources.foreign) }),
    env: unitEnv(planned, plan, []),
    ports: portsOf(planned),
    lifecycle: lifecycle('unit', plan, written['lifecycle']),
    securityContext: containerSecurity(written['securityContext'], false),
  };
}

/** What the manifest says, else what is usual. The end of the log of a container that failed is kept, for whoever asks why. */
function common({ name, image, ...rest }: WrittenContainer, imagePullPolicy: string | undefined, usual: Fields = {}): Fields {
  return {
    name,
    image,
    ...(imagePullPolicy !== undefined && { imagePullPolicy }),
    terminationMessagePolicy: 'FallbackToLogsOnError',
    ...usual,
    ...rest,
  };
}

/** Ports and identity are the graph's to say, and `access` the options'; they win over the manifest's variables; the rest only stands where the manifest says nothing. */
function unitEnv(
  { unit, written, httpPort, grpcPort }: PlannedUnit,
  { deployment, predictor }: PredictorPlan,
  defaults: readonly EnvVar[],
  access: readonly EnvVar[] = [],
): EnvVar[] {
  const version = predictor.annotations['version'] ?? predictor.annotations['predictor_version'];
  const fixed = variables({
    PREDICTIVE_UNIT_SERVICE_PORT: String(unit.endpoint.type === 'GRPC' ? grpcPort : httpPort),
    PREDICTIVE_UNIT_HTTP_SERVICE_PORT: String(httpPort),
    PREDICTIVE_UNIT_GRPC_SERVICE_PORT: String(grpcPort),
    PREDICTIVE_UNIT_ID: unit.name,
    PREDICTIVE_UNIT_IMAGE: written.image,
    PREDICTIVE_UNIT_PARAMETERS: JSON.stringify(encodeParameters(unit.parameters)),
    PREDICTOR_ID: predictor.name,
    PREDICTOR_LABELS: JSON.stringify({ ...(version !== undefined && { version }), ...predictor.labels }),
    SELDON_DEPLOYMENT_ID: deployment.name,
  });
  return mergeEnv([...fixed, ...access], defaults, written['env']);
}

const envFromOf = (written: WrittenContainer): readonly unknown[] => (written['envFrom'] ?? []) as readonly unknown[];

function portsOf({ written, httpPort, grpcPort }: PlannedUnit): readonly Fields[] {
  const own = (written['ports'] ?? []) as readonly { readonly containerPort?: number }[];
  const open = new Set(own.map(({ containerPort }) => containerPort));
  return [...own, ...[httpPort, grpcPort].filter((port) => !open.has(port)).map((containerPort) => ({ containerPort, protocol: 'TCP' }))];
}

/** Where a runtime finds its models: at the usual place, unless nothing is mounted there and something elsewhere. */
function storeOf(mounts: readonly Mount[], usual: string): string {
  if (mounts.some(({ mountPath }) => isWithin(usual, mountPath))) return usual;
  const others = mounts.filter(({ mountPath }) => mountPath !== '/tmp');
  return others.length === 1 && others[0] !== undefined ? others[0].mountPath : usual;
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder.replace(/\/+$/, '')}/`);
