import { routerAccess } from './access.ts';
import { componentImage } from './component-image.ts';
import { enginePredictor } from './engine-predictor.ts';
import { type EnvVar, mergeEnv, variables } from './env.ts';
import { lifecycle, routerDrain } from './lifecycle.ts';
import type { RenderOptions } from './options.ts';
import { type PredictorPlan, routerName } from './plan.ts';
import { routerProbes } from './probes.ts';
import { requestLogEnv } from './request-log.ts';
import { resourcesOf } from './resources.ts';
import { hasTls, routerPorts, routerProbePort } from './router-ports.ts';
import { containerSecurity } from './security.ts';
import { stateDirectory, stateVolume } from './volumes.ts';

/** The container that runs the graph before its units. */
export function routerContainer(plan: PredictorPlan): Readonly<Record<string, unknown>> {
  const { options, workload } = plan;
  const directory = stateDirectory(plan);
  const access = routerAccess(plan);
  const mounts = [...(directory === undefined ? [] : [{ name: stateVolume, mountPath: directory }]), ...access.mounts];
  return {
    name: routerName,
    image: componentImage(routerName, `switchyard/${routerName}`, options),
    ...(options.imagePullPolicy !== undefined && { imagePullPolicy: options.imagePullPolicy }),
    terminationMessagePolicy: 'FallbackToLogsOnError',
    env: mergeEnv([...fixedEnv(plan), ...access.env], [...stateEnv(plan), ...requestLogEnv(options.requestLog)], workload.orchestrator.env),
    ports: Object.entries(portsOf(options)).map(([name, containerPort]) => ({ name, containerPort, protocol: 'TCP' })),
    ...routerProbes(routerProbePort(options)),
    lifecycle: lifecycle('router', plan),
    resources: workload.orchestrator.resources ?? resourcesOf(options.resources.router),
    ...(mounts.length > 0 && { volumeMounts: mounts }),
    securityContext: containerSecurity(undefined, true),
  };
}

const portsOf = (options: RenderOptions): Record<string, number> =>
  hasTls(options) ? { ...routerPorts, metrics: routerProbePort(options) } : routerPorts;

function fixedEnv(plan: PredictorPlan): EnvVar[] {
  return variables({
    ENGINE_PREDICTOR: enginePredictor(plan),
    ENGINE_SERVER_PORT: String(routerPorts.http),
    ENGINE_SERVER_GRPC_PORT: String(routerPorts.grpc),
    SELDON_DEPLOYMENT_ID: plan.deployment.name,
    SWITCHYARD_NAMESPACE: plan.namespace,
    SWITCHYARD_DRAIN_MS: String(routerDrain(plan) * 1000),
  });
}

function stateEnv({ options: { state } }: PredictorPlan): EnvVar[] {
  return typeof state === 'object' ? [{ name: 'SWITCHYARD_STATE', valueFrom: state }] : variables({ SWITCHYARD_STATE: state });
}
