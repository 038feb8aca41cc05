import { expect, test } from 'vitest';
import { newestOf, readyEndpoints } from './observe.ts';
import { workload } from './test/objects.ts';
import type { EndpointSlice, Workload } from './workload.ts';

const deployment = workload();
const meta = { uid: 'u', resourceVersion: '1', creationTimestamp: '' };
const replicaSet = (name: string, revision: string | undefined, owner = deployment.metadata.uid): Workload => ({
  ...deployment,
  kind: 'ReplicaSet',
  metadata: {
    ...meta,
    name,
    ...(revision !== undefined && { annotations: { 'deployment.kubernetes.io/revision': revision } }),
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'mnist-main', uid: owner }],
  },
});

test('the newest version has the highest revision, as a number; one that is brought back is counted up', () => {
  const sets = [replicaSet('a', '9'), replicaSet('b', '10'), replicaSet('c', undefined)];
  expect(newestOf(deployment, sets)?.metadata.name).toBe('b');
});

test('a ReplicaSet of another Deployment with the same labels is not looked at', () => {
  expect(newestOf(deployment, [replicaSet('theirs', '99', 'another')])).toBeUndefined();
});

test('pods that get requests are those not said to be unready, each once', () => {
  const slice = (...endpoints: NonNullable<EndpointSlice['endpoints']>): EndpointSlice => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...meta, name: 's' },
    endpoints,
  });
  const to = (name: string) => ({ targetRef: { kind: 'Pod', name } });
  const slices = [
    slice({ ...to('ready'), conditions: { ready: true } }, { ...to('unsaid') }, { ...to('starting'), conditions: { ready: false } }),
    slice({ ...to('ready'), conditions: {} }, { conditions: { ready: true } }),
  ];
  expect(readyEndpoints(slices)).toEqual(['ready', 'unsaid']);
});
