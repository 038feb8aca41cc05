import { expect, test } from 'vitest';
import type { LiveObject } from './live-object.ts';
import { attachmentsOf } from './route-status.ts';

type Fields = Readonly<Record<string, unknown>>;

const condition = (type: string, status: string, more: Fields = {}) => ({ type, status, observedGeneration: 3, reason: type, ...more });
const accepted = [condition('Accepted', 'True'), condition('ResolvedRefs', 'True')];
const ref = { name: 'public', sectionName: 'http' };

function route(parentRefs: readonly Fields[] | undefined, parents: readonly Fields[]): LiveObject {
  const metadata = { name: 'mnist', namespace: 'n', uid: 'u', resourceVersion: '1', creationTimestamp: '', generation: 3 };
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata, spec: { parentRefs }, status: { parents } };
}
const states = (live: LiveObject) => attachmentsOf(live).map(({ state, why }) => (why === '' ? state : `${state}: ${why}`));

test('a route is accepted when its parent has taken it and found all that it leads to', () => {
  const live = route(
    [ref],
    [{ parentRef: { ...ref, group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'n' }, conditions: accepted }],
  );
  expect(attachmentsOf(live)).toEqual([
    {
      parent: { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'public', namespace: 'n' } },
      what: 'HTTPRoute n/mnist on Gateway n/public, listener http',
      state: 'accepted',
      why: '',
    },
  ]);
});

test('a refusal is told in the words of the conditions', () => {
  const conditions = [
    condition('Accepted', 'False', { reason: 'NoMatchingParent', message: 'No listeners match this parent ref' }),
    condition('ResolvedRefs', 'False', { reason: 'BackendNotFound', message: 'service n/mnist-a not found' }),
    condition('Shiny', 'False'),
  ];
  expect(states(route([ref], [{ parentRef: ref, conditions }]))).toEqual([
    'refused: not Accepted: NoMatchingParent: No listeners match this parent ref; not ResolvedRefs: BackendNotFound: service n/mnist-a not found',
  ]);
});

test.each<[string, readonly Fields[]]>([
  ['nobody has said anything', []],
  [
    'what was said is about an older version of the route',
    [{ parentRef: ref, conditions: accepted.map((each) => ({ ...each, observedGeneration: 2 })) }],
  ],
  ['half of it is said', [{ parentRef: ref, conditions: accepted.slice(1) }]],
  ['another listener has spoken', [{ parentRef: { ...ref, sectionName: 'grpc' }, conditions: accepted }]],
  ['the gateway of the same name elsewhere has spoken', [{ parentRef: { ...ref, namespace: 'other' }, conditions: accepted }]],
])('a route waits while %s', (_, parents) => {
  expect(states(route([ref], parents))).toEqual(['waiting']);
});

test('each parent speaks for itself, and what has no parents waits for nobody', () => {
  expect(states(route([ref, { name: 'inner' }], [{ parentRef: ref, conditions: accepted }]))).toEqual(['accepted', 'waiting']);
  expect(states(route(undefined, []))).toEqual([]);
});
