import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Attachment,
  attachmentsOf,
  type Cluster,
  ClusterError,
  isOutage,
  type LiveObject,
  patience,
  type Reference,
  type RolloutProblem,
} from '../cluster/index.ts';
import { describeObject, type KubernetesObject } from '../kubernetes-object.ts';
import { RolloutError } from './rollout-error.ts';

const pollMs = 500;

export type RouteWait = {
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
  /** Told whenever there is something to wait for. */
  readonly onWait: (attachments: readonly Attachment[]) => void;
};

type Routes = Pick<Cluster, 'get'>;

/**
 * Waits until the gateways have taken all routes as they were applied.
 * @throws RolloutError in the gateway's own words once it has refused one for as long as it may ({@link patience}), or has said nothing
 */
export async function waitUntilRouted(cluster: Routes, routes: readonly KubernetesObject[], wait: RouteWait): Promise<void> {
  const { timeoutSeconds, signal, onWait } = wait;
  const began = performance.now();
  const allowed = (state: Attachment['state']): number =>
    Math.min(timeoutSeconds, patience[state === 'refused' ? 'route' : 'attachment']) * 1000;
  let since: { state: Attachment['state']; at: number } | undefined;
  for (;;) {
    signal.throwIfAborted();
    const live = await Promise.all(routes.map((each) => cluster.get(each))).catch((error: unknown) => {
      if (!isOutage(error) || performance.now() - began > timeoutSeconds * 1000) throw error;
    });
    const open = (live ?? [])
      .flatMap((each) => (each === undefined ? [] : attachmentsOf(each)))
      .filter((each) => each.state !== 'accepted');
    if (live !== undefined && open.length === 0) return;
    const now = performance.now();
    const state = open.some((each) => each.state === 'refused') ? 'refused' : 'waiting';
    if (since?.state !== state) since = { state, at: now };
    if (now - since.at >= allowed(state)) {
      const problems = await explain(cluster, open, allowed(state) / 1000);
      throw new RolloutError(problems.map((each) => each.message).join('\n'), problems);
    }
    onWait(open);
    await sleep(pollMs, undefined, { signal }).catch(() => {});
  }
}

/** The gateways that routes are to hang on and that are not there; none where we may not look. */
export async function missingGateways(cluster: Routes, routes: readonly KubernetesObject[]): Promise<string[]> {
  const parents = routes.flatMap((each) => attachmentsOf(each as LiveObject));
  const wanted = new Map(parents.map(({ parent, what }) => [describeObject(parent), { parent, what }]));
  const found = await Promise.all([...wanted.values()].map(async (each) => ({ ...each, gateway: await lookAt(cluster, each.parent) })));
  return found
    .filter(({ gateway }) => gateway === 'missing')
    .map(({ parent, what }) => `${describeObject(parent)} does not exist: nothing could come in by ${what}`);
}

async function explain(cluster: Routes, open: readonly Attachment[], seconds: number): Promise<RolloutProblem[]> {
  return Promise.all(
    open.map(async ({ what, state, why, parent }): Promise<RolloutProblem> => {
      if (state === 'refused') return { kind: 'route', message: `${what} is refused: ${why}` };
      const silence = `nobody has said within ${seconds} s whether ${what} is accepted`;
      return { kind: 'attachment', message: `${silence}: ${gatewayWords(await lookAt(cluster, parent), describeObject(parent))}` };
    }),
  );
}

type Gateway = LiveObject & {
  readonly spec?: { readonly gatewayClassName?: string };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[] };
};

/** The gateway; `unseen` where we may not look, or cannot. */
async function lookAt(cluster: Routes, parent: Reference): Promise<Gateway | 'missing' | 'unseen'> {
  try {
    return ((await cluster.get(parent)) as Gateway | undefined) ?? 'missing';
  } catch (error) {
    if (error instanceof ClusterError) return error.reason === 'unknown-kind' ? 'missing' : 'unseen';
    throw error;
  }
}

function gatewayWords(gateway: Gateway | 'missing' | 'unseen', called: string): string {
  if (gateway === 'missing') return `${called} does not exist`;
  if (gateway === 'unseen') return `${called} may not be read with these credentials`;
  const bad = gateway.status?.conditions?.find((each) => each.status === 'False' && ['Accepted', 'Programmed'].includes(each.type));
  if (bad !== undefined) return `${called} is not ${bad.type}: ${bad.message ?? ''}`;
  return `is the controller of its class "${gateway.spec?.gatewayClassName ?? ''}" running?`;
}
