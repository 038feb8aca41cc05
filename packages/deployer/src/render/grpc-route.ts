import type { Deployment } from '@switchyard/deployment';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { backendsOf } from './backends.ts';
import { deploymentLabels } from './labels.ts';
import type { RenderOptions } from './options.ts';
import { parentsOf } from './parent-refs.ts';
import type { PredictorPlan } from './plan.ts';
import { routerPorts } from './router-ports.ts';

/** The services that a router answers from outside. */
export const grpcServices = ['seldon.protos.Seldon', 'inference.GRPCInferenceService'];

/** The headers that a gRPC client names a deployment by; a gateway takes the most headers for the best match. */
export function grpcHeaders({ name }: Deployment, namespace: string, { shortPath }: RenderOptions): Readonly<Record<string, string>>[] {
  return [...(shortPath ? [{ seldon: name }] : []), { seldon: name, namespace }];
}

/** gRPC by service and header. */
export function grpcRoute(
  deployment: Deployment,
  namespace: string,
  plans: readonly PredictorPlan[],
  options: RenderOptions,
): KubernetesObject {
  const { backendRefs, mirrors } = backendsOf(plans, routerPorts.grpc);
  const matches = grpcHeaders(deployment, namespace, options).flatMap((headers) =>
    grpcServices.map((service) => ({
      method: { type: 'Exact', service },
      headers: Object.entries(headers).map(([name, value]) => ({ type: 'Exact', name, value })),
    })),
  );
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GRPCRoute',
    metadata: { name: deployment.name, namespace, labels: deploymentLabels(deployment) },
    spec: {
      ...parentsOf(options, options.gateway.grpcSection),
      rules: [{ matches, ...(mirrors.length > 0 && { filters: mirrors }), backendRefs }],
    },
  };
}
