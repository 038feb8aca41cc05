import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, LiveObject, WatchEvent } from '../cluster/index.ts';
import { isRoute } from '../cluster/managed.ts';
import { deploymentLabel } from '../render/labels.ts';
import { type Change, createObjectCache, type ObjectCache } from './object-cache.ts';
import { partOf } from './plan.ts';

const seldonKind = 'SeldonDeployment';
/** Newest first. Objects are stored once, and given in whatever version is asked for: one watch sees all. */
const seldonVersions = ['v1', 'v1alpha3', 'v1alpha2', 'v1alpha1'].map((each) => `machinelearning.seldon.io/${each}`);
/** How often it is looked whether a kind has been installed meanwhile. */
const lookMs = 30_000;

type Kind = { readonly apiVersion: string; readonly kind: string };

export type ViewOptions = {
  readonly cluster: Cluster;
  /** `*` is all. */
  readonly namespaces: readonly string[];
  /** Of the parts of deployments. */
  readonly kinds: readonly Kind[];
  /** Labels that all parts have. */
  readonly labels: string;
  readonly onDeployment: (change: Change) => void;
  readonly onPart: (change: Change) => void;
  /** A watch goes on after any error; here it is told. */
  readonly onError: (what: string, error: Error) => void;
  readonly signal: AbortSignal;
};

/** SeldonDeployments and their parts, as watches tell them. */
export interface ClusterView {
  /** When everything there is has been told once. */
  readonly ready: Promise<void>;
  /** What has not been told yet, in words; undefined where nothing is missing. */
  missing(): string | undefined;
  deployments(): Iterable<LiveObject>;
  find(namespace: string, name: string): LiveObject | undefined;
  partsOf(namespace: string, name: string): readonly LiveObject[];
  /** Takes the answer to a write, ahead of the watch. */
  put(object: LiveObject): void;
  /** When all watches have ended, after the signal. */
  readonly ended: Promise<void>;
}

type Source = { readonly kind: string; readonly namespace: string; readonly cache: ObjectCache };

/** Watches all SeldonDeployments of some namespaces and their parts. Each is one connection a kind and namespace, however many objects there are. */
export function watchCluster({ cluster, namespaces, kinds, labels, onDeployment, onPart, onError, signal }: ViewOptions): ClusterView {
  const sources: Source[] = [];
  const parts = new Map<string, Map<string, LiveObject>>();
  let tellReady = (): void => {};
  const ready = new Promise<void>((resolve) => (tellReady = resolve));

  function changed(kind: string, change: Change): void {
    if (kind === seldonKind) return onDeployment(change);
    if (change.before !== undefined) unindex(change.before);
    if (change.after !== undefined) index(change.after);
    onPart(change);
  }
  function index(part: LiveObject): void {
    const key = ownerKey(part);
    if (!parts.has(key)) parts.set(key, new Map());
    parts.get(key)!.set(partOf(part), part);
  }
  function unindex(part: LiveObject): void {
    const its = parts.get(ownerKey(part));
    its?.delete(partOf(part));
    if (its?.size === 0) parts.delete(ownerKey(part));
  }

  /** One watch, from when its kind is there. */
  async function follow(versions: readonly string[], kind: string, namespace: string, selector?: string): Promise<void> {
    const cache = createObjectCache();
    sources.push({ kind, namespace, cache });
    const what = `${kind} of ${namespace === '*' ? 'all namespaces' : namespace}`;
    const take: Parameters<Cluster['watch']>[1]['on'] = (event) => {
      const changes = cache.take(kind === seldonKind ? event : withoutBooks(event));
      for (const change of changes) changed(kind, change);
      if (missing() === undefined) tellReady();
    };
    // routes may be of a kind that nobody has installed: then there are none
    const apiVersion = await installed(versions, kind, what, () => isRoute({ kind }) && take({ type: 'listed', objects: [] }));
    if (apiVersion === undefined) return;
    const query = { apiVersion, kind, namespace, ...(selector !== undefined && { labels: selector }) };
    await cluster.watch(query, { on: take, onError: (error) => onError(what, error), signal });
  }

  /** The first of the versions that the API server has, as soon as it has one; undefined when stopped. */
  async function installed(versions: readonly string[], kind: string, what: string, onMissing: () => void): Promise<string | undefined> {
    for (let told = false; !signal.aborted;) {
      try {
        for (const version of versions) if (await cluster.knows(version, kind)) return version;
        if (!told)
          onError(what, new Error(`the cluster has no ${kind} of ${versions.join(', ')}: its CustomResourceDefinition is not installed`));
        told = true;
        onMissing();
      } catch (error) {
        onError(what, error as Error);
      }
      await sleep(told ? lookMs : 2000, undefined, { signal }).catch(() => {});
    }
    return undefined;
  }

  const cacheFor = (kind: string, namespace: string): ObjectCache | undefined =>
    sources.find((each) => each.kind === kind && (each.namespace === namespace || each.namespace === '*'))?.cache;
  const missing = (): string | undefined => {
    const late = sources.filter((each) => !each.cache.synced());
    return late.length === 0 ? undefined : `not told yet: ${late.map((each) => `${each.kind} of ${each.namespace}`).join(', ')}`;
  };

  const watches = namespaces.flatMap((namespace) => [
    follow(seldonVersions, seldonKind, namespace),
    ...kinds.map(({ apiVersion, kind }) => follow([apiVersion], kind, namespace, labels)),
  ]);
  return {
    ready,
    missing,
    *deployments() {
      for (const { kind, cache } of sources) if (kind === seldonKind) yield* cache.all();
    },
    find: (namespace, name) => cacheFor(seldonKind, namespace)?.get(namespace, name),
    partsOf: (namespace, name) => [...(parts.get(`${namespace}/${name}`)?.values() ?? [])],
    put(written) {
      const { kind, metadata } = written;
      const object = kind === seldonKind ? written : lean(written);
      cacheFor(kind, metadata.namespace ?? '')?.put(object);
      if (kind !== seldonKind) index(object);
    },
    ended: Promise.all(watches).then(() => {}),
  };
}

/** The books of who wrote which field are half of an object, and looked at only for SeldonDeployments. */
const lean = (object: LiveObject): LiveObject => ({ ...object, metadata: { ...object.metadata, managedFields: undefined } });

function withoutBooks(event: WatchEvent): WatchEvent {
  return event.type === 'listed' ? { ...event, objects: event.objects.map(lean) } : { ...event, object: lean(event.object) };
}

const ownerKey = ({ metadata }: LiveObject): string => `${metadata.namespace}/${metadata.labels?.[deploymentLabel]}`;

/** Whether a change of a SeldonDeployment is one of what is meant, rather than of its status, which we write ourselves. */
export function isMeant(before: LiveObject, after: LiveObject): boolean {
  const meaning = ({ metadata }: LiveObject): string =>
    JSON.stringify([metadata.uid, metadata.generation, metadata.labels, metadata.annotations, metadata.deletionTimestamp]);
  return meaning(before) !== meaning(after);
}
