import type { LiveObject } from '../cluster/index.ts';
import { isRoute, staleObjects } from '../cluster/managed.ts';
import type { Workload } from '../cluster/workload.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { specHash } from '../render/spec-hash.ts';
import { fingerprint } from './fingerprint.ts';
import { isAsWritten } from './is-as-written.ts';

/** `Service/mnist`: which of a deployment's objects. */
export const partOf = ({ kind, metadata }: Pick<KubernetesObject, 'kind' | 'metadata'>): string => `${kind}/${metadata.name}`;

/** What is remembered of a deployment between two looks at it. Lost with the process: then what is not as it was written is applied once more. */
export type Memory = {
  /** The fingerprint of each part as it was after it was applied. */
  readonly applied: Map<string, string>;
  /** Since when nothing leads to a part that is wanted no more, in ms. */
  readonly unwanted: Map<string, number>;
};

export const emptyMemory = (): Memory => ({ applied: new Map(), unwanted: new Map() });

export type State = {
  /** What the deployment should be, as rendered. */
  readonly desired: readonly KubernetesObject[];
  /** What there is of it. */
  readonly live: readonly LiveObject[];
  readonly memory: Memory;
};

export type Plan = {
  /** In this order: what serves before what leads to it. */
  readonly apply: readonly KubernetesObject[];
  /** Routes of a new version that wait until what they lead to serves. */
  readonly held: readonly KubernetesObject[];
  readonly remove: readonly LiveObject[];
  /** When there is something to do again, if nothing happens before. */
  readonly againMs?: number;
};

/** For so long a part is kept after the last route to it is gone: gateways take their time to follow. */
export const lingerMs = 10_000;
/** How soon it is looked again after routes were applied, to begin with that. */
const soonMs = 1000;

/**
 * What to do so that a deployment becomes what it should be, without a request that fails on the way: first what serves; its routes when
 * that is ready; and what it was before is taken away when nothing leads there any more.
 *
 * @param now in ms
 */
export function plan({ desired, live, memory }: State, now: number): Plan {
  const byPart = new Map(live.map((each) => [partOf(each), each]));
  const differs = (object: KubernetesObject): boolean => {
    const there = byPart.get(partOf(object));
    if (there === undefined || !isVersion(there, object)) return true;
    const applied = memory.applied.get(partOf(object));
    if (applied !== undefined || !isAsWritten(object, there)) return applied !== fingerprint(there);
    memory.applied.set(partOf(object), fingerprint(there)); // applied by a process before this one
    return false;
  };
  const serves = desired.filter((each) => each.kind === 'Deployment').every((each) => canServe(each, byPart.get(partOf(each))));
  const isHeld = (object: KubernetesObject): boolean => {
    const there = byPart.get(partOf(object));
    return isRoute(object) && !serves && there !== undefined && !isVersion(there, object);
  };

  const wanting = desired.filter(differs);
  const held = wanting.filter(isHeld);
  const apply = wanting.filter((each) => !held.includes(each)).toSorted((a, b) => Number(isRoute(a)) - Number(isRoute(b)));
  const routed = serves && !wanting.some(isRoute); // since a look before this one
  const stale = staleObjects(live, desired);
  const soon = serves && !routed && stale.length > 0 ? { againMs: soonMs } : {}; // nothing tells of what we write ourselves
  return { apply, held, ...soon, ...removal(stale, routed, memory, now) };
}

/** Routes go as soon as the new ones are there, all else some time after that. */
function removal(stale: readonly LiveObject[], routed: boolean, { unwanted }: Memory, now: number): Pick<Plan, 'remove' | 'againMs'> {
  const parts = new Set(stale.map(partOf));
  for (const part of unwanted.keys()) if (!parts.has(part) || !routed) unwanted.delete(part);
  if (!routed) return { remove: [] };
  for (const part of parts) if (!unwanted.has(part)) unwanted.set(part, now);
  const ripe = (each: LiveObject): boolean => isRoute(each) || now - unwanted.get(partOf(each))! >= lingerMs;
  const waits = stale.filter((each) => !ripe(each)).map((each) => unwanted.get(partOf(each))! + lingerMs - now);
  return { remove: stale.filter(ripe), ...(waits.length > 0 && { againMs: Math.min(...waits) }) };
}

const isVersion = (live: LiveObject, desired: KubernetesObject): boolean =>
  live.metadata.annotations?.[specHash] === desired.metadata.annotations?.[specHash];

/** Whether requests that come to a Deployment's pods find one; one that is scaled to nothing is not waited for. */
function canServe(desired: KubernetesObject, live: LiveObject | undefined): boolean {
  const { replicas = 1 } = (desired['spec'] ?? {}) as { replicas?: number };
  return replicas === 0 || ((live as Workload | undefined)?.status?.availableReplicas ?? 0) > 0;
}
