import { expect, test } from 'vitest';
import type { LiveObject } from './live-object.ts';
import { staleObjects } from './managed.ts';

const live = (apiVersion: string, kind: string, name: string, deletionTimestamp?: string): LiveObject => ({
  apiVersion,
  kind,
  metadata: { name, uid: 'u', resourceVersion: '1', creationTimestamp: '', ...(deletionTimestamp !== undefined && { deletionTimestamp }) },
});

test('what a deployment has no more is what has neither kind nor name in common with it', () => {
  const there = [
    live('gateway.networking.k8s.io/v1', 'HTTPRoute', 'mnist'),
    live('v1', 'Service', 'mnist'),
    live('v1', 'Service', 'mnist-old'),
    live('apps/v1', 'Deployment', 'mnist-old'),
  ];
  const stale = staleObjects(there, [live('v1', 'Service', 'mnist'), live('apps/v1', 'Deployment', 'mnist-new')]);
  expect(stale.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'HTTPRoute mnist',
    'Service mnist-old',
    'Deployment mnist-old',
  ]);
});

test('another version of the same API is the same object', () => {
  expect(staleObjects([live('policy/v1beta1', 'PodDisruptionBudget', 'a')], [live('policy/v1', 'PodDisruptionBudget', 'a')])).toEqual([]);
});

test('what is being deleted already is left alone', () => {
  expect(staleObjects([live('apps/v1', 'Deployment', 'a', '2026-11-24T14:00:00Z')], [])).toEqual([]);
});
