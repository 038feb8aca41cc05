import type { LiveObject, WatchEvent } from '../cluster/index.ts';

/** What changed: `before` is absent for what is new, `after` for what is gone. */
export type Change = { readonly before?: LiveObject; readonly after?: LiveObject };

/** The objects of one watch, as they were told last. */
export interface ObjectCache {
  /** Whether everything there is has been told once. */
  synced(): boolean;
  get(namespace: string, name: string): LiveObject | undefined;
  all(): Iterable<LiveObject>;
  /** Takes what a watch tells. @returns the changes, none for what was known already */
  take(event: WatchEvent): Change[];
  /** Takes the answer to a write of our own, which the watch tells later. */
  put(object: LiveObject): void;
}

const keyOf = ({ metadata: { namespace = '', name } }: LiveObject): string => `${namespace}/${name}`;

export function createObjectCache(): ObjectCache {
  let objects = new Map<string, LiveObject>();
  let synced = false;

  function set(object: LiveObject): Change[] {
    const key = keyOf(object);
    const before = objects.get(key);
    if (before !== undefined && !isNewer(object, before)) return [];
    objects.set(key, object);
    return [before === undefined ? { after: object } : { before, after: object }];
  }

  function remove(object: LiveObject): Change[] {
    const before = objects.get(keyOf(object));
    // one of the same name was made meanwhile, and this is the end of its predecessor
    if (before === undefined || before.metadata.uid !== object.metadata.uid) return [];
    objects.delete(keyOf(object));
    return [{ before }];
  }

  /** Everything there is: what is not in it is gone. */
  function replace(listed: readonly LiveObject[]): Change[] {
    const former = objects;
    objects = new Map(listed.map((each) => [keyOf(each), each]));
    synced = true;
    const gone = [...former].filter(([key]) => !objects.has(key)).map(([, before]): Change => ({ before }));
    const changed = [...objects].flatMap(([key, after]): Change[] => {
      const before = former.get(key);
      if (before === undefined) return [{ after }];
      return before.metadata.resourceVersion === after.metadata.resourceVersion ? [] : [{ before, after }];
    });
    return [...gone, ...changed];
  }

  return {
    synced: () => synced,
    get: (namespace, name) => objects.get(`${namespace}/${name}`),
    all: () => objects.values(),
    take(event) {
      if (event.type === 'listed') return replace(event.objects);
      return event.type === 'deleted' ? remove(event.object) : set(event.object);
    },
    put: (object) => void set(object),
  };
}

/** Versions of one object only ever grow; of another object of the same name nothing is known, and the later told counts. */
function isNewer(object: LiveObject, before: LiveObject): boolean {
  if (object.metadata.uid !== before.metadata.uid) return true;
  return BigInt(object.metadata.resourceVersion) > BigInt(before.metadata.resourceVersion);
}
