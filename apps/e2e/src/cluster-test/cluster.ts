import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { kubectl, run } from './program.ts';

export type KubernetesObject = {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid: string; readonly generation?: number };
  readonly [field: string]: unknown;
};

/** Objects as `kubectl get … -o json` has them. */
export async function get(...args: readonly string[]): Promise<readonly KubernetesObject[]> {
  const text = await kubectl('get', ...args, '-o', 'json');
  return (JSON.parse(text) as { items: KubernetesObject[] }).items;
}

/** The kinds that can be listed, for one `kubectl get`. Events are no objects that somebody made. */
async function kinds(namespaced: boolean): Promise<string> {
  const text = await kubectl('api-resources', '--verbs=list', `--namespaced=${namespaced}`, '-o', 'name');
  return text
    .split('\n')
    .filter((kind) => kind !== '' && !/^(events|componentstatuses)(\.|$)/.test(kind))
    .join(',');
}

export const objectsOfCluster = async (): Promise<readonly KubernetesObject[]> => get(await kinds(false), '--ignore-not-found');
export const objectsOfNamespace = async (namespace: string): Promise<readonly KubernetesObject[]> =>
  get(await kinds(true), '--ignore-not-found', '-n', namespace);

export const podsOf = (namespace: string, selector: string): Promise<readonly KubernetesObject[]> =>
  get('pods', '-n', namespace, '-l', selector, '--field-selector=status.phase=Running');

/** Takes a pod away as `kubectl drain` does, which on a cluster of one node would leave pods nowhere to go: waits where a budget asks for it. */
export async function evict(namespace: string, name: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
  const input = JSON.stringify({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } });
  for (let left = 120; ; left--) {
    try {
      await run('kubectl', ['create', '--raw', path, '-f', '-'], { input });
      return;
    } catch (error) {
      if (left === 0 || !/disruption budget|TooManyRequests/.test((error as Error).message)) throw error;
      await sleep(1000);
    }
  }
}

/** Where requests from outside come in. */
export type Gateway = { readonly name: string; readonly namespace: string; readonly url: string };

/** The first Gateway that there is. `GATEWAY_URL` says how it is reached from here where its own address does not, as with node ports. */
export async function findGateway(): Promise<Gateway> {
  const [gateway] = await get('gateways.gateway.networking.k8s.io', '-A');
  if (gateway === undefined) throw new Error('the cluster has no Gateway (gateway.networking.k8s.io)');
  const { addresses = [] } = gateway['status'] as { addresses?: { value: string }[] };
  const url = process.env['GATEWAY_URL'] ?? `http://${addresses[0]?.value ?? ''}`;
  return { name: gateway.metadata.name, namespace: gateway.metadata.namespace!, url };
}

/** The address of this machine on the network in which the cluster is: that from which it speaks to the API server. */
export async function ownAddress(): Promise<string> {
  const server = new URL((await kubectl('config', 'view', '--minify', '-o', 'jsonpath={.clusters[0].cluster.server}')).trim());
  const socket = connect(Number(server.port) || 443, server.hostname);
  await once(socket, 'connect');
  const { localAddress } = socket;
  socket.destroy();
  return localAddress!;
}
