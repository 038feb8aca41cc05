import { CoreV1Api, PatchStrategy } from '@kubernetes/client-node';
import { describeObject, type KubernetesObject } from '../kubernetes-object.ts';
import { ClusterError } from './cluster-error.ts';
import { type Cluster, fieldManager } from './cluster.ts';
import { type ClusterOptions, readCredentials, userOf } from './credentials.ts';
import { explainFailure } from './explain-failure.ts';
import type { LiveObject, Query, Reference } from './live-object.ts';
import { type ApiCall, objectApi } from './object-api.ts';
import { usualRetries, withRetries } from './retry.ts';
import { type Listing, watchForever } from './watch.ts';

const pageSize = '500';
const all = '*';

/**
 * Opens a cluster; the first call to its API server is that of the first method.
 *
 * @example
 *     const cluster = openCluster({ namespace: 'models' });
 *     const deployment = await cluster.apply({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'mnist' }, spec });
 * @throws ClusterError where no kubeconfig or service account says which cluster
 */
export function openCluster(options: ClusterOptions = {}): Cluster {
  const config = readCredentials(options);
  const api = objectApi(config);
  const server = config.getCurrentCluster()!.server;
  const user = userOf(config);
  const namespace = options.namespace ?? config.getContextObject(config.getCurrentContext())?.namespace ?? 'default';

  /** One task for the API server, with retries and errors in words. */
  async function perform<T>(task: string, work: () => Promise<T>, retries = usualRetries): Promise<T> {
    try {
      return await withRetries(work, retries);
    } catch (error) {
      throw explainFailure(error, { server, task, user });
    }
  }

  const at = ({ apiVersion, kind, metadata }: Reference) => ({
    apiVersion,
    kind,
    name: metadata.name,
    namespace: metadata.namespace ?? namespace,
  });
  const called = (task: string, object: Reference): string =>
    `${task} ${describeObject({ kind: object.kind, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? namespace } })}`;
  const call = (task: string, request: ApiCall): Promise<LiveObject> => perform(task, () => api.call(request) as Promise<LiveObject>);

  const selectors = ({ labels, fields }: Query): Record<string, string> => ({
    ...(labels !== undefined && { labelSelector: labels }),
    ...(fields !== undefined && { fieldSelector: fields }),
  });
  const collection = ({ apiVersion, kind, namespace: its = namespace }: Query): ApiCall => ({
    method: 'GET',
    apiVersion,
    kind,
    namespace: its === all ? undefined : its,
  });

  async function listAll(query: Query): Promise<Listing> {
    const objects: LiveObject[] = [];
    for (let page: string | undefined; ;) {
      const { items, metadata } = (await perform(`list ${query.kind} in ${query.namespace ?? namespace}`, () =>
        api.call({ ...collection(query), query: { ...selectors(query), limit: pageSize, continue: page } }),
      )) as { items: LiveObject[]; metadata: { continue?: string; resourceVersion: string } };
      // a list's items leave out what the list itself says
      for (const item of items) objects.push({ ...item, apiVersion: query.apiVersion, kind: query.kind });
      page = metadata.continue || undefined;
      if (page === undefined) return { objects, resourceVersion: metadata.resourceVersion };
    }
  }

  const cluster: Cluster = {
    server,
    namespace,
    apply: (object, { force = false, dryRun = false } = {}) =>
      call(called(dryRun ? 'try' : 'apply', object), {
        method: 'PATCH',
        ...at(object),
        contentType: PatchStrategy.ServerSideApply,
        body: object,
        query: { fieldManager, force: String(force), dryRun: dryRun ? 'All' : undefined, fieldValidation: 'Strict' },
      }),
    create: (object) => {
      const { apiVersion, kind, metadata } = object;
      const request: ApiCall = { method: 'POST', apiVersion, kind, namespace: metadata.namespace ?? namespace, body: object };
      return perform(called('create', object), () => api.call({ ...request, query: { fieldManager } }) as Promise<LiveObject>);
    },
    replace: (object) => call(called('replace', object), { method: 'PUT', ...at(object), body: object, query: { fieldManager } }),
    get: (reference) => orUndefined(call(called('get', reference), { method: 'GET', ...at(reference) })),
    list: async (query) => [...(await listAll(query)).objects],
    delete: async (reference, propagationPolicy = 'Foreground') => {
      const request: ApiCall = { method: 'DELETE', ...at(reference), query: { propagationPolicy } };
      return (await orUndefined(call(called('delete', reference), request))) !== undefined;
    },
    patch: (reference, change) =>
      call(called('change', reference), {
        method: 'PATCH',
        ...at(reference),
        contentType: PatchStrategy.MergePatch,
        body: change,
        query: { fieldManager },
      }),
    patchStatus: (reference, status) =>
      call(called('set the status of', reference), {
        method: 'PATCH',
        ...at(reference),
        subresource: 'status',
        contentType: PatchStrategy.MergePatch,
        body: { status },
        query: { fieldManager },
      }),
    watch: (query, watcher) =>
      watchForever(
        config,
        {
          list: () => listAll(query),
          path: () => api.pathOf(collection(query)),
          query: selectors(query),
          explain: (error) => explainFailure(error, { server, task: `watch ${query.kind}`, user }),
        },
        watcher,
      ),
    eventsOf: async (object) => {
      const { uid, namespace: its = namespace } = object.metadata;
      const events = await cluster.list({ apiVersion: 'v1', kind: 'Event', namespace: its, fields: `involvedObject.uid=${uid}` });
      return events.toSorted((a, b) => lastSeen(a).localeCompare(lastSeen(b)));
    },
    logs: ({ namespace: its = namespace, pod, container, previous = false, lines }) =>
      perform(`read the log of ${its}/${pod}, container ${container}`, () =>
        config.makeApiClient(CoreV1Api).readNamespacedPodLog({ namespace: its, name: pod, container, previous, tailLines: lines }),
      ),
    knows: async (apiVersion, kind) => {
      try {
        await perform(`look up ${kind}`, () => api.resource(apiVersion, kind));
        return true;
      } catch (error) {
        if (error instanceof ClusterError && error.reason === 'unknown-kind') return false;
        throw error;
      }
    },
  };
  return cluster;
}

/** Nothing in place of an object that is not there. */
async function orUndefined(object: Promise<LiveObject>): Promise<LiveObject | undefined> {
  try {
    return await object;
  } catch (error) {
    if (error instanceof ClusterError && error.reason === 'not-found') return undefined;
    throw error;
  }
}

function lastSeen(event: KubernetesObject): string {
  const { lastTimestamp, eventTime, series } = event as {
    lastTimestamp?: string;
    eventTime?: string;
    series?: { lastObservedTime?: string };
  };
  return series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? '';
}
