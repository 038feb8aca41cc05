import { componentImage } from './component-image.ts';
import { enginePredictor } from './engine-predictor.ts';
import { type EnvVar, mergeEnv, variables } from './env.ts';
import { lifecycle, routerDrain } from './lifecycle.ts';
import { type PredictorPlan, routerName } from './plan.ts';
import { routerProbes } from './probes.ts';
import { resourcesOf } from './resources.ts';
import { containerSecurity } from './security.ts';
import { stateDirectory, stateVolume } from './volumes.ts';

/** What clients call, as Seldon's engine has it. */
export const routerPorts = { http: 8000, grpc: 5001 };

/** The container that runs the graph before its units. */
export function routerContainer(plan: PredictorPlan): Readonly<Record<string, unknown>> {
  const { options, workload } = plan;
  const directory = stateDirectory(plan);
  return {
    name: routerName,
    image: componentImage(routerName, `switchyard/${routerName}`, options),
    ...(options.imagePullPolicy !== undefined && { imagePullPolicy: options.imagePullPolicy }),
    terminationMessagePolicy: 'FallbackToLogsOnError',
    env: mergeEnv(fixedEnv(plan), stateEnv(plan), workload.orchestrator.env),
    ports: Object.entries(routerPorts).map(([name, containerPort]) => ({ name, containerPort, protocol: 'TCP' })),
    ...routerProbes(routerPorts.http),
    lifecycle: lifecycle('router', plan),
    resources: workload.orchestrator.resources ?? resourcesOf(options.resources.router),
    ...(directory !== undefined && { volumeMounts: [{ name: stateVolume, mountPath: directory }] }),
    securityContext: containerSecurity(undefined, true),
  };
}

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
