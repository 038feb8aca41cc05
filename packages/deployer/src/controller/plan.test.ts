import { expect, test } from 'vitest';
import type { LiveObject } from '../cluster/index.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { specHash } from '../render/spec-hash.ts';
import { fingerprint } from './fingerprint.ts';
import { emptyMemory, lingerMs, type Memory, partOf, plan } from './plan.ts';

const apiVersions: Record<string, string> = { Deployment: 'apps/v1', Service: 'v1', HTTPRoute: 'gateway.networking.k8s.io/v1' };

/** `Deployment/a@2`: the part of that name in its version 2. */
function object(text: string): KubernetesObject {
  const [, kind = '', name = '', version = '1'] = /^(\w+)\/([\w-]+)(?:@(\d+))?$/.exec(text)!;
  const metadata = { name, namespace: 'n', annotations: { [specHash]: version } };
  return { apiVersion: apiVersions[kind]!, kind, metadata, spec: { version } };
}

/** The same as it is on the cluster. A Deployment is ready unless its text ends in `!`. */
function live(text: string): LiveObject {
  const made = object(text.replace('!', ''));
  const metadata = { ...made.metadata, uid: `uid-${text}`, resourceVersion: '1', creationTimestamp: '' };
  const status = { availableReplicas: text.endsWith('!') ? 0 : 1 };
  return { ...made, metadata, ...(made.kind === 'Deployment' && { status }) };
}

const remembering = (objects: readonly LiveObject[]): Memory => ({
  applied: new Map(objects.map((each) => [partOf(each), fingerprint(each)])),
  unwanted: new Map(),
});

/** What is done about `there` so that it becomes `wanted`, in words. */
function doing(wanted: string[], there: string[], { memory = remembering(there.map(live)), now = 0 } = {}): Record<string, unknown> {
  const { apply, held, remove, againMs } = plan({ desired: wanted.map(object), live: there.map(live), memory }, now);
  const parts = (list: readonly KubernetesObject[]) => list.map(partOf);
  return {
    ...(apply.length > 0 && { apply: parts(apply) }),
    ...(held.length > 0 && { held: parts(held) }),
    ...(remove.length > 0 && { remove: parts(remove) }),
    ...(againMs !== undefined && { againMs }),
  };
}

const first = ['HTTPRoute/x', 'Service/a', 'Deployment/a'];

test('of a new deployment all is applied, routes last', () => {
  expect(doing(first, [])).toEqual({ apply: ['Service/a', 'Deployment/a', 'HTTPRoute/x'] });
});

test('nothing is done where all is as it should be', () => {
  expect(doing(first, first)).toEqual({});
});

test('after a start nothing is remembered: what is as it was written is left alone, and watched from then on', () => {
  const memory = emptyMemory();
  expect(doing(first, first, { memory })).toEqual({});
  expect([...memory.applied]).toEqual([...remembering(first.map(live)).applied]);
});

test('after a start what somebody changed meanwhile is applied', () => {
  const there = first.map(live).map((each) => (each.kind === 'Service' ? { ...each, spec: { version: 'theirs' } } : each));
  const { apply } = plan({ desired: first.map(object), live: there, memory: emptyMemory() }, 0);
  expect(apply.map(partOf)).toEqual(['Service/a']);
});

test('what somebody changed or deleted is applied, and nothing else', () => {
  const memory = remembering(first.map(live));
  memory.applied.set('Service/a', 'as it was before somebody changed it');
  expect(doing(first, first, { memory })).toEqual({ apply: ['Service/a'] });
  expect(doing(first, ['HTTPRoute/x', 'Deployment/a'])).toEqual({ apply: ['Service/a'] });
});

test('a changed route is put back at once, also while nothing serves', () => {
  const there = ['HTTPRoute/x', 'Service/a', 'Deployment/a!'];
  const memory = remembering(there.map(live));
  memory.applied.set('HTTPRoute/x', 'as it was');
  expect(doing(first, there, { memory })).toEqual({ apply: ['HTTPRoute/x'] });
});

test('a new predictor gets its route when it serves, and its predecessor goes some time after that', () => {
  const wanted = ['HTTPRoute/x@2', 'Service/b', 'Deployment/b'];
  const beside = (b: string, route = 'HTTPRoute/x') => [route, 'Service/a', 'Deployment/a', 'Service/b', b];

  expect(doing(wanted, first)).toEqual({ apply: ['Service/b', 'Deployment/b'], held: ['HTTPRoute/x'] });
  expect(doing(wanted, beside('Deployment/b!'))).toEqual({ held: ['HTTPRoute/x'] });
  expect(doing(wanted, beside('Deployment/b'))).toEqual({ apply: ['HTTPRoute/x'], againMs: 1000 }); // a write of ours wakes nobody

  const there = beside('Deployment/b', 'HTTPRoute/x@2');
  const memory = remembering(there.map(live));
  expect(doing(wanted, there, { memory, now: 1000 })).toEqual({ againMs: lingerMs });
  expect(doing(wanted, there, { memory, now: 4000 })).toEqual({ againMs: lingerMs - 3000 });
  expect(doing(wanted, there, { memory, now: 1000 + lingerMs })).toEqual({ remove: ['Service/a', 'Deployment/a'] });
});

test('a predecessor stays as long as the new version does not serve, and its time begins anew', () => {
  const wanted = ['Deployment/b'];
  const memory = remembering(['Deployment/a', 'Deployment/b'].map(live));
  expect(doing(wanted, ['Deployment/a', 'Deployment/b'], { memory, now: 0 })).toEqual({ againMs: lingerMs });
  expect(doing(wanted, ['Deployment/a', 'Deployment/b!'], { memory, now: lingerMs })).toEqual({});
  expect(doing(wanted, ['Deployment/a', 'Deployment/b'], { memory, now: lingerMs })).toEqual({ againMs: lingerMs });
});

test('routes that are wanted no more go at once', () => {
  expect(doing(['Deployment/a'], ['Deployment/a', 'HTTPRoute/x'])).toEqual({ remove: ['HTTPRoute/x'] });
});

test('a Deployment of no replicas is not waited for', () => {
  const none = { ...object('Deployment/b'), spec: { replicas: 0 } };
  const there = [live('HTTPRoute/x'), live('Deployment/b!')];
  const state = { desired: [none, object('HTTPRoute/x@2')], live: there, memory: remembering(there) };
  expect(plan(state, 0)).toMatchObject({ held: [], apply: [{ kind: 'HTTPRoute' }] });
});

test('a fingerprint tells what somebody changed from what the cluster notes', () => {
  const before = live('Deployment/a');
  const noted = {
    ...before,
    status: { availableReplicas: 7 },
    metadata: {
      ...before.metadata,
      resourceVersion: '2',
      generation: 3,
      managedFields: [],
      annotations: { ...before.metadata.annotations, 'deployment.kubernetes.io/revision': '4' },
    },
  };
  expect(fingerprint(noted)).toBe(fingerprint(before));
  for (const changed of [
    { ...before, spec: { version: '1', replicas: 5 } },
    { ...before, metadata: { ...before.metadata, labels: { a: 'b' } } },
    { ...before, metadata: { ...before.metadata, annotations: {} } },
    { ...before, metadata: { ...before.metadata, ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: 'u' }] } },
  ])
    expect(fingerprint(changed)).not.toBe(fingerprint(before));
});
