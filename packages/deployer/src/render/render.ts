import type { Deployment } from '@switchyard/deployment';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { deploymentOf } from './deployment.ts';
import { disruptionBudget } from './disruption-budget.ts';
import { emissaryMappings } from './emissary.ts';
import { grpcRoute } from './grpc-route.ts';
import { httpRoute } from './http-route.ts';
import { type RenderOptions, renderOptions } from './options.ts';
import { planPredictors, type PredictorPlan } from './plan.ts';
import { deploymentService, predictorService } from './service.ts';
import { withSpecHash } from './spec-hash.ts';

/**
 * What a SeldonDeployment is on a cluster. The same deployment and options give the same objects, in the order in which they are best applied:
 * Services and budgets, then the pods, then the routes to them.
 *
 * @example
 *     render(parseDeployment(text), renderOptions.parse({ registry: 'ghcr.io/acme' }))
 * @throws DeploymentError with every unit that nothing can do the work of, and all else that no pod can be.
 */
export function render(deployment: Deployment, options: RenderOptions = renderOptions.parse({})): KubernetesObject[] {
  const plans = planPredictors(deployment, options);
  const namespace = deployment.namespace ?? options.namespace;
  const objects = [
    deploymentService(deployment, namespace, options),
    ...plans.map(predictorService),
    ...plans.flatMap(disruptionBudget),
    ...plans.map(deploymentOf),
    ...routesOf(deployment, namespace, plans, options),
  ];
  return objects.map((object) => withSpecHash(owned(object, options)));
}

function routesOf(deployment: Deployment, namespace: string, plans: readonly PredictorPlan[], options: RenderOptions): KubernetesObject[] {
  if (options.routes === 'none') return [];
  if (options.routes === 'emissary') return emissaryMappings(deployment, plans, options);
  return [httpRoute(deployment, namespace, plans, options), grpcRoute(deployment, namespace, plans, options)];
}

function owned(object: KubernetesObject, { owner }: RenderOptions): KubernetesObject {
  if (owner === undefined) return object;
  const { controller = true, blockOwnerDeletion = true, ...rest } = owner;
  return { ...object, metadata: { ...object.metadata, ownerReferences: [{ ...rest, controller, blockOwnerDeletion }] } };
}
