import { expect, test } from 'vitest';
import type { LiveObject } from '../cluster/index.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { noteProblems, readProgress, statusView } from './deployment-view.ts';
import { renderOwned } from './reconcile.ts';
import { renderOptions } from '../render/options.ts';
import { writtenVersion } from './written-version.ts';

const desired: KubernetesObject[] = [
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'd' } },
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd-p' } },
];

function workload(replicas: number, status: object, generation = 2): LiveObject {
  const metadata = { name: 'd-p', uid: 'u', resourceVersion: '1', creationTimestamp: '', generation };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas }, status };
}

test.each([
  ['is not there yet', undefined, false, 1, 0],
  ['is new', workload(2, {}), false, 2, 0],
  ['has all', workload(2, { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 }), true, 2, 2],
  [
    'has not looked at its newest version',
    workload(2, { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 }),
    false,
    2,
    2,
  ],
  [
    'has a pod of an older version',
    workload(2, { observedGeneration: 2, replicas: 3, updatedReplicas: 2, availableReplicas: 3 }),
    false,
    2,
    3,
  ],
  ['has lost one', workload(2, { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 1 }), false, 2, 1],
  ['wants none', workload(0, { observedGeneration: 2 }), true, 0, 0],
])('a predictor whose Deployment %s', (_, live, done, replicas, replicasAvailable) => {
  const progress = readProgress(desired, () => live);
  expect(progress).toMatchObject({ done, predictors: [{ name: 'd-p', replicas, replicasAvailable }] });
  expect(progress.waits === '').toBe(done);
});

test('what holds a Deployment up is asked once Kubernetes has begun with it', () => {
  const late = (live: LiveObject | undefined) => readProgress(desired, () => live).late;
  expect(late(undefined)).toEqual([]);
  expect(late(workload(2, { observedGeneration: 1 }))).toEqual([]);
  expect(late(workload(2, { observedGeneration: 2, replicas: 2, updatedReplicas: 1, availableReplicas: 1 }))).toEqual(['d-p']);
  expect(late(workload(1, { observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1 }))).toEqual([]);
});

test('a problem counts from when it came, and anew when it was away', () => {
  const crash = { kind: 'crash', message: '' } as const;
  const image = { kind: 'image', message: '' } as const;
  const first = noteProblems(new Map(), [crash], 10);
  const second = noteProblems(first, [crash, image], 20);
  expect([...second]).toEqual([
    ['crash', 10],
    ['image', 20],
  ]);
  expect([...noteProblems(noteProblems(second, [image], 30), [crash], 40)]).toEqual([['crash', 40]]);
});

test('the time of the condition is that of the last change between ready and not', () => {
  const view = { description: '', predictorStatus: [], observedGeneration: 1 };
  const creating = statusView({ ...view, state: 'Creating' }, undefined, new Date(0));
  expect(creating.conditions).toEqual([
    { type: 'Ready', status: 'False', reason: 'Creating', message: '', lastTransitionTime: '1970-01-01T00:00:00Z' },
  ]);
  const failed = statusView({ ...view, state: 'Failed' }, creating, new Date(5000));
  expect(failed.conditions[0]).toMatchObject({ status: 'False', reason: 'Failed', lastTransitionTime: '1970-01-01T00:00:00Z' });
  const available = statusView({ ...view, state: 'Available' }, failed, new Date(9000));
  expect(available.conditions[0]).toMatchObject({ status: 'True', lastTransitionTime: '1970-01-01T00:00:09Z' });
});

/** As the API server gives it in v1, whatever it was written in. */
function seldon(writtenIn: string, predictors: object[]): LiveObject {
  const managedFields = [
    { manager: 'other', apiVersion: 'machinelearning.seldon.io/v1', time: '2026-01-01T00:00:00Z', fieldsV1: { 'f:metadata': {} } },
    { manager: 'old', apiVersion: 'machinelearning.seldon.io/v1', time: '2025-01-01T00:00:00Z', fieldsV1: { 'f:spec': {} } },
    { manager: 'kubectl', apiVersion: `machinelearning.seldon.io/${writtenIn}`, time: '2025-06-01T00:00:00Z', fieldsV1: { 'f:spec': {} } },
    {
      manager: 'switchyard-deployer',
      apiVersion: 'machinelearning.seldon.io/v1',
      time: '2026-06-01T00:00:00Z',
      subresource: 'status',
      fieldsV1: { 'f:spec': {} },
    },
  ];
  const metadata = {
    name: 'd',
    namespace: 'n',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '2025-01-01T00:00:00Z',
    generation: 1,
    managedFields,
  };
  return {
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata,
    spec: { predictors },
    status: { state: 'Creating' },
  };
}
const predictor = (name: string, replicas: number) => ({ name, replicas, graph: { name: 'm', implementation: 'SIMPLE_MODEL' } });

test('a manifest is read in the version that it was written in, which says what is meant by traffic that is not there', () => {
  const predictors = [predictor('a', 3), predictor('b', 1)];
  const old = seldon('v1alpha2', predictors);
  expect(writtenVersion(old)).toBe('machinelearning.seldon.io/v1alpha2');
  expect(renderOwned(old, renderOptions.parse({}))).toBeInstanceOf(Array);
  const refused = renderOwned(seldon('v1', predictors), renderOptions.parse({}));
  expect((refused as Error).message).toContain('traffic adds up to 0; it must be 100 over "a", "b"');
});

test('a manifest without books is taken as it comes', () => {
  const { metadata, ...rest } = seldon('v1alpha2', []);
  const { managedFields: _, ...bare } = metadata;
  expect(writtenVersion({ ...rest, metadata: bare })).toBe('machinelearning.seldon.io/v1');
});

test('every part names the SeldonDeployment as its owner, and goes when it goes', () => {
  const parts = renderOwned(seldon('v1', [predictor('a', 1)]), renderOptions.parse({ routes: 'gateway' })) as KubernetesObject[];
  expect(parts.map((each) => each.kind)).toContain('HTTPRoute');
  for (const { metadata } of parts) {
    expect(metadata.namespace).toBe('n');
    expect(metadata.ownerReferences).toEqual([
      {
        apiVersion: 'machinelearning.seldon.io/v1',
        kind: 'SeldonDeployment',
        name: 'd',
        uid: 'u',
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
  }
});

test('all that is wrong in a manifest is said at once', () => {
  const wrong = seldon('v1', [
    { name: 'a', replicas: -1, graph: { name: 'm', implementation: 'NOTHING' } },
    { name: 'a', graph: { name: 'm' } },
  ]);
  const { message } = renderOwned(wrong, renderOptions.parse({})) as Error;
  expect(message).toContain('SeldonDeployment n/d');
  expect(message).toContain('spec.predictors[0].replicas');
  expect(message).toContain('spec.predictors[0].graph.implementation');
});
