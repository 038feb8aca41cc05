import { existsSync } from 'node:fs';
import { KubeConfig, type RequestContext } from '@kubernetes/client-node';
import { ClusterError } from './cluster-error.ts';

export type ClusterOptions = {
  /** Path of a kubeconfig. Absent: `KUBECONFIG`, `~/.kube/config`, or the pod's own service account. */
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
};

const renewMs = 5 * 60_000;

/**
 * A kubeconfig whose calls share their connections. The library makes a pool a call, so each call would pay for a TLS handshake; a
 * pool is kept for some minutes only, since certificates and authorities on disk are renewed.
 */
class PooledConfig extends KubeConfig {
  #pool: ReturnType<RequestContext['getDispatcher']>;
  #since = 0;

  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    await super.applySecurityAuthentication(context);
    const now = performance.now();
    if (this.#pool === undefined || now - this.#since > renewMs) {
      void this.#pool?.close().catch(() => {}); // once its calls have ended
      this.#pool = context.getDispatcher();
      this.#since = now;
    } else context.setDispatcher(this.#pool);
  }
}

/** Reads the way to a cluster: its address and credentials. */
export function readCredentials({ kubeconfig, context }: ClusterOptions): KubeConfig {
  const config = new PooledConfig();
  load(config, kubeconfig);
  if (context !== undefined) {
    const known = config.getContexts().map((each) => each.name);
    if (!known.includes(context))
      throw new ClusterError('other', `the kubeconfig has no context "${context}"; it has ${known.join(', ') || 'none'}`);
    config.setCurrentContext(context);
  }
  if (config.getCurrentCluster() === null)
    throw new ClusterError('other', `the kubeconfig's context "${config.getCurrentContext()}" names no cluster`);
  return config;
}

function load(config: KubeConfig, kubeconfig: string | undefined): void {
  const files = kubeconfig ?? process.env['KUBECONFIG'];
  const missing = files?.split(':').find((file) => file !== '' && !existsSync(file));
  if (missing !== undefined) throw new ClusterError('other', `there is no kubeconfig ${missing}`);
  try {
    if (kubeconfig !== undefined) config.loadFromFile(kubeconfig);
    else config.loadFromDefault();
  } catch (error) {
    throw new ClusterError('other', `the kubeconfig ${files ?? ''} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  if (config.getCurrentCluster()?.server === 'http://localhost:8080' && files === undefined)
    // the library's guess
    throw new ClusterError('other', 'no cluster is named: set KUBECONFIG, give --kubeconfig, or run in a pod with a service account');
}

/** As whom the calls are made, in the kubeconfig's words. */
export const userOf = (config: KubeConfig): string =>
  `user "${config.getCurrentUser()?.name ?? ''}" of context "${config.getCurrentContext()}"`;
