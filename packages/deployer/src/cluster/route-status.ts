import { describeObject } from '../kubernetes-object.ts';
import type { LiveObject, Reference } from './live-object.ts';
import type { Condition } from './workload.ts';

type ParentRef = {
  readonly group?: string;
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
  readonly sectionName?: string;
  readonly port?: number;
};
type RouteCondition = Condition & { readonly observedGeneration?: number };
type Route = LiveObject & {
  readonly spec?: { readonly parentRefs?: readonly ParentRef[] };
  readonly status?: { readonly parents?: readonly { readonly parentRef: ParentRef; readonly conditions?: readonly RouteCondition[] }[] };
};

/** What a gateway says of a route that is to hang on it. */
export type Attachment = {
  readonly parent: Reference;
  /** `HTTPRoute n/mnist on Gateway n/public, listener http`. */
  readonly what: string;
  /** `waiting`: nobody has looked at this version of the route yet. */
  readonly state: 'accepted' | 'refused' | 'waiting';
  /** Why it is refused, in the conditions' own words; else empty. */
  readonly why: string;
};

/** The conditions that must hold for requests to arrive: Gateway API, RouteParentStatus. */
const needed = ['Accepted', 'ResolvedRefs'];

/** Reads whether each of a Gateway API route's parents takes it, as it is now. A route of another kind has no parents, and so none that refuses. */
export function attachmentsOf(route: LiveObject): Attachment[] {
  const { spec, status, metadata } = route as Route;
  return (spec?.parentRefs ?? []).map((ref) => {
    const parent = parentOf(ref, metadata.namespace);
    const what = `${describeObject(route)} on ${describeObject(parent)}${ref.sectionName === undefined ? '' : `, listener ${ref.sectionName}`}`;
    const conditions = (status?.parents ?? [])
      .filter((each) => isSame(each.parentRef, ref, metadata.namespace))
      .flatMap((each) => each.conditions ?? [])
      .filter((each) => needed.includes(each.type) && (each.observedGeneration ?? 0) >= (metadata.generation ?? 0));
    const refusals = conditions.filter((each) => each.status === 'False');
    if (refusals.length > 0) return { parent, what, state: 'refused', why: refusals.map(wordsOf).join('; ') };
    const settled = needed.every((type) => conditions.some((each) => each.type === type && each.status === 'True'));
    return { parent, what, state: settled ? 'accepted' : 'waiting', why: '' };
  });
}

const wordsOf = ({ type, reason, message }: Condition): string =>
  `not ${type}: ${[reason, message].filter((each) => each !== undefined && each !== '').join(': ')}`;

/** What a route hangs on: a Gateway, unless it says otherwise, of its own namespace, unless it says otherwise. */
function parentOf({ group = 'gateway.networking.k8s.io', kind = 'Gateway', name, namespace }: ParentRef, own = ''): Reference {
  return { apiVersion: group === '' ? 'v1' : `${group}/v1`, kind, metadata: { name, namespace: namespace ?? own } };
}

function isSame(a: ParentRef, b: ParentRef, own: string | undefined): boolean {
  const key = (ref: ParentRef): string => {
    const { apiVersion, kind, metadata } = parentOf(ref, own);
    return JSON.stringify([apiVersion, kind, metadata, ref.sectionName, ref.port]);
  };
  return key(a) === key(b);
}
