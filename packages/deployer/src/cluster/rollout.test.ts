import { expect, test } from 'vitest';
import { deploymentStatus } from './deployment-status.ts';
import { describeRollout, rolloutOf } from './rollout.ts';
import { container, observation, pod, workload } from './test/objects.ts';

const one = pod([container({ ready: true })]);
const serving = { pods: [one], endpoints: ['mnist-main-1'] };

test('a rollout is done when the newest version has all replicas, available and behind the Service', () => {
  expect(rolloutOf(observation(serving))).toEqual({ name: 'mnist-main', wanted: 1, updated: 1, available: 1, serving: 1, done: true });
});

test.each([
  ['the controller has not seen the newest version', { ...serving, deployment: workload({}, {}, 3) }],
  ['a pod of an older version is left', { ...serving, deployment: workload({ replicas: 2 }) }],
  ['not all pods are of the newest version', { ...serving, deployment: workload({ updatedReplicas: 0 }) }],
  ['it is not available', { ...serving, deployment: workload({ availableReplicas: 0 }) }],
  ['its Service has no endpoint', { ...serving, endpoints: [] }],
  ['its Service leads to older pods only', { ...serving, endpoints: ['mnist-main-0'] }],
  ['a replica more is wanted', { ...serving, deployment: workload({}, { replicas: 2 }) }],
])('a rollout is not done while %s', (_, parts) => {
  expect(rolloutOf(observation(parts)).done).toBe(false);
});

test('what was counted of the version before is not told of the newest', () => {
  const unseen = rolloutOf(observation({ ...serving, deployment: workload({}, {}, 3) }));
  expect(describeRollout(unseen)).toBe('mnist-main: 0 of 1 updated, 1 available, 0 serving');
});

test('no replicas are wanted and none is there: done', () => {
  const status = { replicas: 0, updatedReplicas: 0, availableReplicas: 0 };
  expect(rolloutOf(observation({ deployment: workload(status, { replicas: 0 }) })).done).toBe(true);
});

test.each([
  ['Available', observation(serving), ''],
  ['Creating', observation({ deployment: workload({ updatedReplicas: 0 }) }), ''],
  [
    'Failed',
    observation({ pods: [pod([container({ state: { waiting: { reason: 'InvalidImageName', message: 'bad' } } })])] }),
    'container model of pod mnist-main-1 has no image: acme/model:7: InvalidImageName: bad',
  ],
])('a deployment is %s', (state, seen, description) => {
  expect(deploymentStatus([seen])).toEqual({
    state,
    description,
    predictorStatus: [{ name: 'mnist-main', replicas: 1, replicasAvailable: 1 }],
  });
});

test('a deployment is available when each of its predictors is', () => {
  expect(deploymentStatus([observation(serving), observation()]).state).toBe('Creating');
  expect(deploymentStatus([]).state).toBe('Creating');
});
