import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Cluster, ClusterError, isRoute, type LiveObject, managedKinds } from '../cluster/index.ts';
import { deploymentLabel, managedBy } from '../render/labels.ts';
import type { RenderOptions } from '../render/options.ts';
import type { DeploymentState } from './deployment-view.ts';
import { electLeader, type LeaderTimes } from './elect-leader.ts';
import { serveHealth } from './health-server.ts';
import { controllerMetrics } from './metrics.ts';
import { type Context, newRecord, reconcile, type Record } from './reconcile.ts';
import { tellEvent } from './tell-event.ts';
import { isMeant, watchCluster } from './watch-cluster.ts';
import { createWorkQueue, type Outcome } from './work-queue.ts';

export type ControllerOptions = {
  readonly cluster: Cluster;
  readonly render: RenderOptions;
  /** Whose SeldonDeployments are looked after; `*` is all that may be seen. */
  readonly namespaces: readonly string[];
  readonly lease: { readonly namespace: string; readonly name: string; readonly identity: string; readonly times?: LeaderTimes };
  readonly port: number;
  /** Deployments that are worked on at once. */
  readonly workers: number;
  /** How often every deployment is looked at though nothing happened. */
  readonly resyncSeconds: number;
  readonly log: Logger;
  /** Ends it in order when aborted. */
  readonly signal: AbortSignal;
};

/**
 * Looks after SeldonDeployments until the signal is aborted: whenever one of them, or something that it was made into, changes. Of several
 * such processes one works, and the others keep what they know up to date, so as to go on at once.
 */
export async function runController(options: ControllerOptions): Promise<void> {
  const { cluster, render, namespaces, lease, port, workers, resyncSeconds, log, signal } = options;
  const records = new Map<string, Record>();
  let leading: AbortController | undefined;

  const queue = createWorkQueue({
    workers,
    work,
    onError: (key, error, retryMs) => {
      if (leading === undefined || leading.signal.aborted) return;
      log[error instanceof ClusterError ? 'warn' : 'error'](
        { deployment: key, ...wordsOf(error), retrySeconds: retryMs / 1000 },
        'not done',
      );
    },
  });
  const view = watchCluster({
    cluster,
    namespaces,
    kinds: kindsOf(render),
    labels: `app.kubernetes.io/managed-by=${managedBy}`,
    onDeployment: ({ before, after }) => {
      if (before === undefined || after === undefined || isMeant(before, after)) queue.add(keyOf((after ?? before)!));
    },
    onPart: ({ before, after }) => {
      const { metadata } = (after ?? before)!;
      const name = metadata.labels?.[deploymentLabel];
      if (name !== undefined) queue.add(`${metadata.namespace}/${name}`);
    },
    onError: (what, error) => {
      metrics.failed('watch');
      log.warn({ watch: what, ...wordsOf(error) }, 'a watch failed; it is tried again');
    },
    signal,
  });
  const metrics = controllerMetrics({
    queueDepth: () => queue.depth(),
    leads: () => leading !== undefined,
    states: function* () {
      for (const each of view.deployments())
        yield ((each['status'] as { state?: DeploymentState })?.state ?? 'Creating') as DeploymentState;
    },
  });

  async function work(key: string): Promise<Outcome> {
    const [namespace = '', name = ''] = key.split('/');
    const seldon = view.find(namespace, name);
    if (seldon === undefined || leading === undefined) return void records.delete(key);
    const record = records.get(key) ?? newRecord();
    records.set(key, record);
    const since = performance.now();
    const finish = (result: 'done' | 'failed') => metrics.reconciled(result, (performance.now() - since) / 1000);
    try {
      const outcome = await reconcile(seldon, record, contextOf(leading.signal));
      finish('done');
      return outcome;
    } catch (error) {
      finish('failed');
      throw error;
    }
  }

  const contextOf = (writing: AbortSignal): Context => ({
    cluster,
    options: render,
    partsOf: view.partsOf,
    put: view.put,
    tell: (about, type, reason, message) => {
      log.info({ deployment: keyOf(about), state: reason, why: message }, 'state');
      void tellEvent(cluster, about, type, reason, message).catch((error: unknown) => {
        metrics.failed('event'); // it is told in the status too
        log.warn({ deployment: keyOf(about), ...wordsOf(error) }, 'an event could not be written');
      });
    },
    signal: writing,
    now: () => performance.now(),
  });

  function lookAtAll(): void {
    for (const each of view.deployments()) queue.add(keyOf(each));
  }

  let stopped = Promise.resolve();
  function lead(): void {
    log.info({ identity: lease.identity }, 'leading');
    leading = new AbortController();
    const { signal: writing } = leading;
    void Promise.all([view.ready, stopped]).then(() => {
      if (writing.aborted) return;
      records.clear(); // another may have led meanwhile
      lookAtAll();
      queue.start();
    });
  }
  function stepDown(why: string): Promise<void> {
    log.info({ why }, 'leading no more');
    leading?.abort(new ClusterError('other', why));
    leading = undefined;
    return (stopped = queue.stop());
  }

  const health = await serveHealth({ ready: () => view.missing() ?? true, registry: metrics.registry }, port);
  log.info({ namespaces, port: health.port, server: cluster.server, identity: lease.identity }, 'started');
  const resync = setInterval(() => leading !== undefined && lookAtAll(), resyncSeconds * 1000);
  await electLeader({
    cluster,
    ...lease,
    onLead: lead,
    onStop: stepDown,
    onError: (error) => {
      metrics.failed('election');
      log.warn(wordsOf(error), 'the election failed; it is tried again');
    },
    signal,
  });
  clearInterval(resync);
  await Promise.race([Promise.all([stopped, view.ended]), sleep(20_000)]);
  await health.close();
  log.info('stopped');
}

/** The kinds that deployments are made into with these options; those of other routes need not be readable. */
const kindsOf = ({ routes, emissary }: RenderOptions): { apiVersion: string; kind: string }[] =>
  managedKinds.flatMap(({ apiVersion, kind }) => {
    if (!isRoute({ kind })) return [{ apiVersion, kind }];
    if (kind === 'Mapping') return routes === 'emissary' ? [{ apiVersion: emissary.apiVersion, kind }] : [];
    return routes === 'gateway' ? [{ apiVersion, kind }] : [];
  });

const keyOf = ({ metadata }: LiveObject): string => `${metadata.namespace}/${metadata.name}`;

/** What is foreseen as its words; what is not with its stack. */
const wordsOf = (error: unknown): { why: string } | { err: unknown } =>
  error instanceof ClusterError ? { why: error.message } : { err: error };
