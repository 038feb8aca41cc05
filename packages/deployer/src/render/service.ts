import type { Deployment } from '@switchyard/deployment';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { carriedAnnotations, deploymentLabels, liveSelector, predictorLabels, predictorSelector } from './labels.ts';
import type { RenderOptions } from './options.ts';
import type { PredictorPlan } from './plan.ts';
import { hasTls, routerPorts, routerProbePort } from './router-ports.ts';

type Strings = Readonly<Record<string, string>>;

/** The Service of one predictor, by which routes find it. */
export function predictorService({ deployment, predictor, name, namespace, options }: PredictorPlan): KubernetesObject {
  return service({ name, namespace, labels: predictorLabels(deployment, predictor) }, predictorSelector(deployment, predictor), options);
}

/** The Service of the whole deployment: all pods that answer, whatever predictor they are of. */
export function deploymentService(deployment: Deployment, namespace: string, options: RenderOptions): KubernetesObject {
  const annotations = carriedAnnotations(deployment.annotations);
  return service(
    { name: deployment.name, namespace, labels: deploymentLabels(deployment), annotations },
    liveSelector(deployment),
    options,
  );
}

function service(metadata: KubernetesObject['metadata'], selector: Strings, options: RenderOptions): KubernetesObject {
  const tls = hasTls(options);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: {
      type: 'ClusterIP',
      selector,
      ports: [
        { name: 'http', port: routerPorts.http, targetPort: routerPorts.http, protocol: 'TCP', appProtocol: tls ? 'https' : 'http' },
        {
          name: 'grpc',
          port: routerPorts.grpc,
          targetPort: routerPorts.grpc,
          protocol: 'TCP',
          appProtocol: tls ? 'https' : 'kubernetes.io/h2c',
        },
        ...(tls
          ? [
              {
                name: 'metrics',
                port: routerProbePort(options),
                targetPort: routerProbePort(options),
                protocol: 'TCP',
                appProtocol: 'http',
              },
            ]
          : []),
      ],
    },
  };
}
