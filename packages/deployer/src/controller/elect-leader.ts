import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterError } from '../cluster/cluster-error.ts';
import type { Cluster, LiveObject } from '../cluster/index.ts';
import { held, type LeaseSpec, mayHold, released, sight, type Sighting } from './lease.ts';

export type LeaderTimes = {
  /** For so long after its last renewal a lease is its holder's. */
  readonly leaseSeconds: number;
  /** A leader that could not renew for so long steps down: earlier than another may take over. */
  readonly renewSeconds: number;
  readonly retrySeconds: number;
};

export const usualTimes: LeaderTimes = { leaseSeconds: 15, renewSeconds: 10, retrySeconds: 2 };

export type ElectionOptions = {
  readonly cluster: Pick<Cluster, 'get' | 'create' | 'replace'>;
  readonly namespace: string;
  /** The lease's name. */
  readonly name: string;
  /** Unique among the candidates: the pod's name. */
  readonly identity: string;
  readonly times?: LeaderTimes;
  /** Called whenever this candidate begins to lead. */
  readonly onLead: () => void;
  /** Called when it leads no more: nothing may be written from here on. When it is stopped, the lease is given back after what this returns. */
  readonly onStop: (why: string) => Promise<void> | void;
  readonly onError: (error: unknown) => void;
  readonly signal: AbortSignal;
  /** By which the candidate measures, in ms. */
  readonly clock?: () => number;
};

type Lease = LiveObject & { readonly spec: LeaseSpec };

/**
 * Takes part in the election of a leader by a Lease, until the signal is aborted; then gives the lease back. At no time do two candidates
 * lead, as long as their clocks run at about the same speed: a leader stops by its own clock before another may begin.
 */
export async function electLeader(options: ElectionOptions): Promise<void> {
  const {
    cluster,
    namespace,
    name,
    identity,
    times = usualTimes,
    onLead,
    onStop,
    onError,
    signal,
    clock = () => performance.now(),
  } = options;
  const reference = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace } };
  let seen: Sighting | undefined;
  /** The lease as we wrote it last: while nobody else writes it, a renewal needs no look. */
  let own: Lease | undefined;
  let leading = false;
  let watchdog: NodeJS.Timeout | undefined;

  /** Tries once to take or keep the lease. */
  async function hold(): Promise<boolean> {
    if (own !== undefined) return renew(own);
    const lease = (await cluster.get(reference)) as Lease | undefined;
    if (lease === undefined) {
      own = (await cluster.create({ ...reference, spec: held(undefined, identity, times.leaseSeconds, new Date()) })) as Lease;
      return true;
    }
    seen = sight(seen, lease.spec, clock());
    if (!mayHold(seen, identity, clock())) return false;
    return renew(lease);
  }

  async function renew(lease: Lease): Promise<boolean> {
    own = undefined; // whatever fails, the next look is at the cluster
    own = (await cluster.replace({ ...lease, spec: held(lease.spec, identity, times.leaseSeconds, new Date()) })) as Lease;
    return true;
  }

  function lead(since: number): void {
    const left = since + times.renewSeconds * 1000 - clock();
    if (left <= 0) return; // the answer came too late to count
    clearTimeout(watchdog);
    watchdog = setTimeout(() => void stepDown(`the lease ${name} could not be renewed for ${times.renewSeconds} s`), left);
    if (leading) return;
    leading = true;
    onLead();
  }

  function stepDown(why: string): Promise<void> | void {
    clearTimeout(watchdog);
    if (!leading) return;
    leading = false;
    return onStop(why);
  }

  /** @returns whether the API server answered */
  async function round(): Promise<boolean> {
    const since = clock();
    try {
      // a call that hangs must not keep us from trying again
      const holds = await Promise.race([hold(), failAfter(times.renewSeconds * 300)]);
      if (signal.aborted) return true;
      if (holds) lead(since);
      else void stepDown(`the lease ${name} is held by ${seen?.spec.holderIdentity}`);
      return true;
    } catch (error) {
      if (!isRace(error)) onError(error);
      return false;
    }
  }

  async function release(): Promise<void> {
    const lease = (await cluster.get(reference)) as Lease | undefined;
    if (lease?.spec.holderIdentity === identity) await cluster.replace({ ...lease, spec: released(lease.spec, new Date()) });
  }

  while (!signal.aborted) {
    const done = await round();
    const spread = leading ? 1 : 1 + Math.random() * 0.2; // candidates that come at the same time hinder each other
    // a third of the time, so that a renewal that fails can be tried again twice before that is over
    const seconds = done && leading ? times.renewSeconds / 3 : times.retrySeconds;
    await sleep(seconds * 1000 * spread, undefined, { signal }).catch(() => {});
  }
  const led = leading;
  await Promise.race([stepDown('it is being stopped'), sleep(times.renewSeconds * 500)]);
  if (led) await Promise.race([release(), failAfter(3000)]).catch(onError);
}

/** Another candidate was faster: that is what elections are for. */
const isRace = (error: unknown): boolean => error instanceof ClusterError && (error.reason === 'conflict' || error.reason === 'exists');

async function failAfter(ms: number): Promise<never> {
  await sleep(ms, undefined, { ref: false });
  throw new ClusterError('unreachable', `the API server did not answer within ${ms / 1000} s`);
}
