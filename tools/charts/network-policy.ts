import type { Rendered } from './golden.ts';

type Labels = Readonly<Record<string, string>>;
type Requirement = { readonly key: string; readonly operator: string; readonly values?: readonly string[] };
type Selector = { readonly matchLabels?: Labels; readonly matchExpressions?: readonly Requirement[] };
type Peer = { readonly podSelector?: Selector; readonly namespaceSelector?: Selector; readonly ipBlock?: object };
type Port = { readonly protocol?: string; readonly port?: number };
type Rule = { readonly ports?: readonly Port[]; readonly from?: readonly Peer[]; readonly to?: readonly Peer[] };
type Spec = {
  readonly podSelector: Selector;
  readonly policyTypes: readonly string[];
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
};

/** An end of a connection. Without labels it is outside of the cluster, or of the node, where no policy applies and no selector finds it. */
export type End = { readonly namespace?: string; readonly labels?: Labels };
export type Flow = { readonly from: End; readonly to: End; readonly port: number; readonly protocol?: 'TCP' | 'UDP' };

/**
 * Whether NetworkPolicies let a connection through, by the rules of `networking.k8s.io/v1`: what leaves must be allowed by a policy of the
 * one end, and what arrives by one of the other; an end that no policy of that direction selects is open. Namespaces have the label
 * `kubernetes.io/metadata.name` and no other; `ipBlock` matches nothing. Ports are numbers, as ours are.
 */
export function allows(objects: readonly Rendered[], { from, to, port, protocol = 'TCP' }: Flow): boolean {
  const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
  const passes = (end: End, other: End, type: 'Egress' | 'Ingress'): boolean => {
    const of = policies.filter(
      ({ metadata, spec }) => selectsPod(spec as Spec, metadata.namespace, end) && (spec as Spec).policyTypes.includes(type),
    );
    if (of.length === 0) return true;
    return of.some(({ metadata, spec }) =>
      ((type === 'Egress' ? (spec as Spec).egress : (spec as Spec).ingress) ?? []).some(
        ({ ports, from: sources, to: targets }) =>
          (ports?.some((each) => (each.protocol ?? 'TCP') === protocol && (each.port === undefined || each.port === port)) ?? true) &&
          ((type === 'Egress' ? targets : sources)?.some((peer) => isPeer(peer, metadata.namespace, other)) ?? true),
      ),
    );
  };
  return passes(from, to, 'Egress') && passes(to, from, 'Ingress');
}

const selectsPod = ({ podSelector }: Spec, namespace: string | undefined, { labels, namespace: own }: End): boolean =>
  labels !== undefined && own === namespace && selects(podSelector, labels);

function isPeer(
  { podSelector, namespaceSelector, ipBlock }: Peer,
  namespace: string | undefined,
  { labels, namespace: own }: End,
): boolean {
  if (labels === undefined || own === undefined || ipBlock !== undefined) return false;
  const there = namespaceSelector ? selects(namespaceSelector, { 'kubernetes.io/metadata.name': own }) : own === namespace;
  return there && selects(podSelector ?? {}, labels);
}

function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'DoesNotExist') return value === undefined;
      if (operator === 'In') return value !== undefined && values.includes(value);
      if (operator === 'NotIn') return value === undefined || !values.includes(value);
      throw new Error(`matchExpressions: there is no operator "${operator}"`);
    })
  );
}
