import { describe, expect, test } from 'vitest';
import { diagnose } from './diagnose.ts';
import { container, event, observation, pod, workload } from './test/objects.ts';

const crashed = { terminated: { exitCode: 3, reason: 'Error', message: 'no table weights\n' } };

describe('what holds a rollout up', () => {
  test('nothing does while containers are being made', () => {
    const waiting = pod([container({ state: { waiting: { reason: 'ContainerCreating' } } })]);
    expect(diagnose(observation({ pods: [waiting] }))).toEqual([]);
  });

  test('nothing does when all is ready', () => {
    const running = pod([container({ ready: true, restartCount: 4, state: { running: { startedAt: '' } }, lastState: crashed })]);
    expect(diagnose(observation({ pods: [running], events: [event('Unhealthy', 'Readiness probe failed: once')] }))).toEqual([]);
  });

  test('an image that is not there, in the words of its pull, however often the back-off speaks after it', () => {
    const backOff = pod([
      container({ state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "acme/model:7"' } } }),
    ]);
    const events = [event('Failed', 'Failed to pull image "acme/model:7": not found'), event('Failed', 'Error: ImagePullBackOff')];
    expect(diagnose(observation({ pods: [backOff], events }))).toEqual([
      { kind: 'image', message: 'container model of pod mnist-main-1 has no image: Failed to pull image "acme/model:7": not found' },
    ]);
  });

  test('an image with no such name, which is never pulled', () => {
    const state = { waiting: { reason: 'InvalidImageName', message: 'couldn\'t parse image name "acme/Model"' } };
    expect(diagnose(observation({ pods: [pod([container({ image: 'acme/Model', state })])] }))).toEqual([
      {
        kind: 'image',
        message: 'container model of pod mnist-main-1 has no image: acme/Model: InvalidImageName: couldn\'t parse image name "acme/Model"',
      },
    ]);
  });

  test.each([
    [
      'between two runs',
      { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: crashed, restartCount: 2 },
      'and was started again 2 times',
      true,
    ],
    [
      'while it runs once more',
      { state: { running: { startedAt: '' } }, lastState: crashed, restartCount: 1 },
      'and was started again',
      true,
    ],
    ['just as it ends', { state: crashed }, '', false],
  ])('a crash is a crash %s, so that it counts without a break', (_, status, times, previous) => {
    expect(diagnose(observation({ pods: [pod([container(status)])] }))).toEqual([
      {
        kind: 'crash',
        message: `container model of pod mnist-main-1 ended with exit code 3: no table weights${times && ` ${times}`}`,
        log: { pod: 'mnist-main-1', container: 'model', previous },
      },
    ]);
  });

  test('memory beyond the limit, in plain words', () => {
    const killed = { terminated: { exitCode: 137, reason: 'OOMKilled' } };
    const [problem] = diagnose(observation({ pods: [pod([container({ lastState: killed, state: { waiting: {} }, restartCount: 1 })])] }));
    expect(problem?.message).toContain('was killed: it used more memory than its limit (OOMKilled)');
  });

  test('a container that its probe killed, with what the probe said', () => {
    const killed = container({ state: { running: { startedAt: '' } }, lastState: { terminated: { exitCode: 143 } }, restartCount: 1 });
    const events = [event('Unhealthy', 'Liveness probe failed: connection refused')];
    expect(diagnose(observation({ pods: [pod([killed])], events }))[0]?.message).toMatch(
      /exit code 143 and was started again; Liveness probe failed: connection refused$/,
    );
  });

  test('a model that runs and is not ready, with what its probe says; other containers’ probes and other pods’ events are not its own', () => {
    const running = pod([container({ state: { running: { startedAt: '' } } })]);
    const own = event('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503');
    const events = [
      own,
      event('Unhealthy', 'of the router', { container: 'ab-router' }),
      event('Unhealthy', 'of another', { pod: 'mnist-main-2' }),
    ];
    expect(diagnose(observation({ pods: [running], events }))).toEqual([
      {
        kind: 'readiness',
        message:
          'container model of pod mnist-main-1 runs but is not ready: Readiness probe failed: HTTP probe failed with statuscode: 503',
        log: { pod: 'mnist-main-1', container: 'model', previous: false },
      },
    ]);
  });

  test('a startup probe speaks only when it has failed for longer than a usual start takes', () => {
    const running = pod([container({ state: { running: { startedAt: '' } } })]);
    const times = { firstTimestamp: '2026-11-24T14:00:00Z' };
    const failed = (lastTimestamp: string) =>
      observation({ pods: [running], events: [event('Unhealthy', 'Startup probe failed: refused', { ...times, lastTimestamp })] });
    expect(diagnose(failed('2026-11-24T14:00:09Z'))).toEqual([]);
    expect(diagnose(failed('2026-11-24T14:00:10Z'))).toMatchObject([{ kind: 'readiness' }]);
  });

  test('a router that waits for its unit is not what is wrong; one whose units are ready is', () => {
    const state = { running: { startedAt: '' } };
    const router = container({ name: 'ab-router', state });
    const events = [
      event('Unhealthy', 'Readiness probe failed: statuscode: 503', { container: 'ab-router' }),
      event('Unhealthy', 'Readiness probe failed: refused'),
    ];
    const of = (unit: object) => diagnose(observation({ pods: [pod([router, container({ state, ...unit })])], events }));
    expect(of({ ready: false }).map(({ log }) => log?.container)).toEqual(['model']);
    expect(of({ ready: true }).map(({ log }) => log?.container)).toEqual(['ab-router']);
  });

  test('no place to run', () => {
    const message = '0/1 nodes are available: 1 Insufficient cpu.';
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }];
    expect(diagnose(observation({ pods: [pod([], { conditions })] }))).toEqual([
      { kind: 'schedule', message: `pod mnist-main-1 has no place to run: ${message}` },
    ]);
  });

  test('no pod, for a quota or for pod security: the Deployment knows', () => {
    const message = 'pods "mnist-main-1" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2';
    const conditions = [
      { type: 'Available', status: 'True' },
      { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message },
    ];
    expect(diagnose(observation({ deployment: workload({ conditions }) }))).toEqual([
      { kind: 'create', message: `no pod can be made: ${message}` },
    ]);
  });

  test('a secret that is not there', () => {
    const state = { waiting: { reason: 'CreateContainerConfigError', message: 'secret "redis" not found' } };
    expect(diagnose(observation({ pods: [pod([container({ state })])] }))).toEqual([
      {
        kind: 'configuration',
        message: 'container model of pod mnist-main-1 cannot be made: CreateContainerConfigError: secret "redis" not found',
      },
    ]);
  });

  test('a volume that is not mounted, while its containers wait; not once they run', () => {
    const events = [event('FailedMount', 'MountVolume.SetUp failed for volume "models": not found')];
    const waiting = pod([container({ state: { waiting: { reason: 'ContainerCreating' } } })]);
    const running = pod([container({ ready: true, state: { running: { startedAt: '' } } })]);
    expect(diagnose(observation({ pods: [waiting], events }))).toEqual([
      { kind: 'volume', message: 'pod mnist-main-1 gets no volume: MountVolume.SetUp failed for volume "models": not found' },
    ]);
    expect(diagnose(observation({ pods: [running], events }))).toEqual([]);
  });

  test('an eviction', () => {
    const evicted = pod([], { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' });
    expect(diagnose(observation({ pods: [evicted] }))).toEqual([
      { kind: 'evicted', message: 'pod mnist-main-1 was ended: Evicted: The node was low on resource: memory.' },
    ]);
  });
});

test('a pod that is on its way out holds nothing up', () => {
  const leaving = pod([container({ state: crashed })]);
  expect(
    diagnose(observation({ pods: [{ ...leaving, metadata: { ...leaving.metadata, deletionTimestamp: '2026-11-24T14:01:00Z' } }] })),
  ).toEqual([]);
});

test('what many replicas suffer alike is said once, and the gravest comes first', () => {
  const state = { waiting: { reason: 'InvalidImageName', message: 'bad' } };
  const pods = ['mnist-main-1', 'mnist-main-2'].map((name) => pod([container({ state })], {}, name));
  const conditions = [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes' }];
  const found = diagnose(observation({ pods: [...pods, pod([], { conditions }, 'mnist-main-3')] }));
  expect(found.map(({ kind }) => kind)).toEqual(['schedule', 'image']);
  expect(found[1]?.message).toContain('pod mnist-main-1');
});
