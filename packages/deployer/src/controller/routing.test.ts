import { expect, test } from 'vitest';
import type { LiveObject } from '../cluster/index.ts';
import { readRouting, silenceMs } from './routing.ts';

const parentRef = { name: 'public' };
function route(...statuses: readonly ('True' | 'False')[]): LiveObject {
  const metadata = { name: 'mnist', namespace: 'n', uid: 'u', resourceVersion: '1', creationTimestamp: '', generation: 1 };
  const conditions = statuses.map((status, at) => ({
    type: ['Accepted', 'ResolvedRefs'][at],
    status,
    reason: 'Because',
    message: 'in words',
    observedGeneration: 1,
  }));
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata,
    spec: { parentRefs: [parentRef] },
    status: { parents: [{ parentRef, conditions }] },
  };
}
const what = 'HTTPRoute n/mnist on Gateway n/public';

test('routes that are taken, and parts that are none, are no problem', () => {
  const service = { ...route('False'), kind: 'Service' };
  expect(readRouting([route('True', 'True'), service], 5, 10)).toEqual({ problems: [], silentSince: undefined });
});

test('a refusal is a problem at once, in the words of the gateway', () => {
  expect(readRouting([route('True', 'False')], undefined, 10)).toEqual({
    problems: [`${what} is refused: not ResolvedRefs: Because: in words`],
    silentSince: undefined,
  });
});

test('silence is a problem when it lasts, and is looked at again by then', () => {
  const first = readRouting([route()], undefined, 1000);
  expect(first).toEqual({ problems: [], silentSince: 1000, againMs: silenceMs });
  expect(readRouting([route()], first.silentSince, 4000)).toEqual({ problems: [], silentSince: 1000, againMs: silenceMs - 3000 });
  expect(readRouting([route()], first.silentSince, 1000 + silenceMs)).toEqual({
    problems: [`nobody has said whether ${what} is accepted: is it there, and does the controller of its class run?`],
    silentSince: 1000,
  });
});
