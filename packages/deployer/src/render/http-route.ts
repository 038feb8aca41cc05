import type { Deployment } from '@switchyard/deployment';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { backendsOf } from './backends.ts';
import { deploymentLabels } from './labels.ts';
import type { RenderOptions } from './options.ts';
import { parentsOf } from './parent-refs.ts';
import type { PredictorPlan } from './plan.ts';
import { routerPorts } from './router-ports.ts';

/** The paths that clients call a deployment by, as Seldon's gateways have them. */
export function pathsOf({ name }: Deployment, namespace: string, { shortPath }: RenderOptions): string[] {
  return [...(shortPath ? [`/seldon/${name}`] : []), `/seldon/${namespace}/${name}`];
}

/** REST by path, rewritten to what the router knows. */
export function httpRoute(
  deployment: Deployment,
  namespace: string,
  plans: readonly PredictorPlan[],
  options: RenderOptions,
): KubernetesObject {
  const { backendRefs, mirrors } = backendsOf(plans, routerPorts.http);
  const rewrite = { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } } };
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: deployment.name, namespace, labels: deploymentLabels(deployment) },
    spec: {
      ...parentsOf(options, options.gateway.httpSection),
      rules: pathsOf(deployment, namespace, options).map((value) => ({
        matches: [{ path: { type: 'PathPrefix', value } }], // a prefix that is rewritten must be the only match of its rule
        filters: [rewrite, ...mirrors],
        backendRefs,
        timeouts: { request: `${options.requestTimeoutSeconds}s` },
      })),
    },
  };
}
