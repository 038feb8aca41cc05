import { openCluster } from '../cluster/index.ts';
import type { LiveObject } from '../cluster/index.ts';

/** The gateway that tests hang their routes on: `SWITCHYARD_GATEWAY`, `<namespace>/<name>`. */
const [namespace = '', name = ''] = (process.env['SWITCHYARD_GATEWAY'] ?? 'envoy-gateway-system/main').split('/');

/** The options by which a deployment is routed to it. */
export const routed = { 'gateway.name': name, 'gateway.namespace': namespace };
export const gatewayCalled = `Gateway ${namespace}/${name}`;

type Service = LiveObject & { readonly spec: { readonly clusterIP: string; readonly ports: readonly { readonly port: number }[] } };

/** Where it listens for HTTP, as this machine reaches it: by the Service that Envoy Gateway makes for it. */
export async function gatewayAddress(): Promise<{ host: string; port: number }> {
  const labels = `gateway.envoyproxy.io/owning-gateway-name=${name},gateway.envoyproxy.io/owning-gateway-namespace=${namespace}`;
  const found = (await openCluster().list({ apiVersion: 'v1', kind: 'Service', namespace: '*', labels })) as Service[];
  const [service] = found;
  if (service?.spec.ports[0] === undefined) throw new Error(`${gatewayCalled} has no Service with labels ${labels}`);
  return { host: service.spec.clusterIP, port: service.spec.ports[0].port };
}
