import type { Deployment } from '@switchyard/deployment';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { grpcHeaders, grpcServices } from './grpc-route.ts';
import { pathsOf } from './http-route.ts';
import { predictorLabels } from './labels.ts';
import { objectName } from './names.ts';
import type { RenderOptions } from './options.ts';
import type { PredictorPlan } from './plan.ts';
import { hasTls, routerPorts } from './router-ports.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What Gateway API routes say, as Mappings of Emissary (Ambassador), each for one prefix and one predictor. */
export function emissaryMappings(deployment: Deployment, plans: readonly PredictorPlan[], options: RenderOptions): KubernetesObject[] {
  const split = plans.filter(({ predictor }) => !predictor.shadow).length > 1;
  return plans.flatMap((plan) => {
    const { namespace, name, predictor } = plan;
    const mapping = (suffix: string, port: number, spec: Fields): KubernetesObject => ({
      apiVersion: options.emissary.apiVersion,
      kind: 'Mapping',
      metadata: { name: objectName(name, suffix), namespace, labels: predictorLabels(deployment, predictor) },
      spec: {
        hostname: options.emissary.hostname,
        ...(options.emissary.ambassadorId.length > 0 && { ambassador_id: options.emissary.ambassadorId }),
        service: `${hasTls(options) ? 'https://' : ''}${name}.${namespace}:${port}`,
        timeout_ms: options.requestTimeoutSeconds * 1000,
        ...share(plan, split),
        ...spec,
      },
    });
    const rest = pathsOf(deployment, namespace, options).map((path, index) =>
      mapping(`rest-${index}`, routerPorts.http, { prefix: `${path}/`, rewrite: '/' }),
    );
    const grpc = grpcHeaders(deployment, namespace, options).flatMap((headers, index) =>
      grpcServices.map((service) =>
        mapping(`grpc-${index}-${service.split('.')[0]}`, routerPorts.grpc, {
          grpc: true,
          prefix: `/${service}/`,
          rewrite: `/${service}/`,
          headers,
        }),
      ),
    );
    return [...rest, ...grpc];
  });
}

/** A shadow's weight is what part of the requests is copied to it. */
function share({ predictor: { shadow, traffic } }: PredictorPlan, split: boolean): Fields {
  const weight = Math.round(traffic);
  if (shadow) return { shadow: true, ...(weight < 100 && { weight }) };
  return split ? { weight } : {};
}
