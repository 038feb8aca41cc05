import { type TrafficReport, startTraffic, untilAnswered } from '@switchyard/conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LiveObject } from '../cluster/index.ts';
import { deployer, events, type Outcome } from './deployer.ts';
import { abTest, bandit, manifest, type ManifestOptions, single, withUnit } from './manifests.ts';
import { makeNamespace, type Namespace } from './namespace.ts';

const registry = process.env['REGISTRY'] ?? '';
const tag = process.env['SWITCHYARD_TAG'] ?? '0.1.0';
const small = ['--set', 'resources={router: {requests: {cpu: 10m, memory: 48Mi}}, foreign: {requests: {cpu: 10m, memory: 32Mi}}}'];
const body = JSON.stringify({ data: { ndarray: [[1, 2, 3]] } });

let namespace: Namespace;
beforeAll(async () => void (namespace = await makeNamespace('deployer-apply')));
afterAll(() => namespace.remove());

const run = (command: string, ...args: string[]): Promise<Outcome> => deployer([command, '-n', namespace.name, ...args]);
const rendering = ['--registry', registry, '--tag', tag, '--routes', 'none', ...small];
const onManifest = (command: string, text: string, ...args: string[]): Promise<Outcome> =>
  deployer([command, '-f', '-', '-n', namespace.name, ...rendering, ...args], text);
const apply = (text: string, ...args: string[]): Promise<Outcome> => onManifest('apply', text, ...args);

/** A good first version, to have something to go back to. */
async function serve(options: ManifestOptions): Promise<void> {
  expect(await apply(manifest(single, options))).toMatchObject({ code: 0, stderr: '' });
}

async function addressOf(name: string): Promise<{ host: string; port: number }> {
  const service = await namespace.cluster.get({ apiVersion: 'v1', kind: 'Service', metadata: { name } });
  return { host: (service as LiveObject & { spec: { clusterIP: string } }).spec.clusterIP, port: 8000 };
}

/** Loads a deployment while something happens to it. */
async function underLoad(name: string, work: () => Promise<void>): Promise<TrafficReport> {
  const target = { ...(await addressOf(name)), body, clients: 4, pauseMs: 15, timeoutMs: 30_000 };
  await untilAnswered(target);
  const load = startTraffic(target);
  try {
    await work();
    await new Promise((resolve) => setTimeout(resolve, 15_000)); // until the pods of the last version have drained
  } finally {
    await load.stop();
  }
  return load.stop();
}

async function statusOf(name: string): Promise<Record<string, unknown> | undefined> {
  return events(await run('status', name, '--json')).find((each) => each['event'] === 'status');
}
const historyOf = async (name: string) =>
  events(await run('history', name, '--json')).map((each) => [each['number'], each['state'], each['note']]);

describe('apply', () => {
  test('rolls out, says that it serves, and does nothing the second time', async () => {
    await serve({ name: 'once' });
    expect(await statusOf('once')).toMatchObject({
      version: 1,
      state: 'Available',
      description: '',
      predictorStatus: [{ name: 'once-main', replicas: 1, replicasAvailable: 1 }],
    });
    expect((await apply(manifest(single, { name: 'once' }))).stdout).toContain('version 1, as it is');
    expect(await historyOf('once')).toEqual([[1, 'served', 'applied']]);
  });

  test('a model, an A-B test, a bandit, and a predictor of another name follow each other under load, and no request fails', async () => {
    const name = 'rolling';
    await serve({ name, replicas: 2 });
    const { answered, failures, routes } = await underLoad(name, async () => {
      for (const graph of [abTest, bandit])
        expect(await apply(manifest(graph, { name, replicas: 2 }))).toMatchObject({ code: 0, stderr: '' });
      const renamed = await apply(manifest(single, { name, replicas: 2, predictor: 'other' }));
      expect(renamed).toMatchObject({ code: 0, stderr: '' });
      expect(renamed.stdout).toContain(`Deployment ${namespace.name}/rolling-main is no part of it any more: deleted`);
    });
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(1000);
    expect([...routes.keys()].toSorted()).toEqual(['learner=0', 'learner=1', 'split=0', 'split=1', 'straight']);
    expect((await historyOf(name)).map(([number]) => number)).toEqual([1, 2, 3, 4]);
  });

  test.concurrent.for<[string, Parameters<typeof withUnit>[1], string[], RegExp]>([
    [
      'image',
      { image: `${registry}/switchyard/nowhere:7` },
      [],
      /container model of pod \S+ has no image: Failed to pull image "\S+nowhere:7": .*not found/,
    ],
    [
      'crash',
      { run: 'console.error("no table weights"); process.exit(3)' },
      [],
      /container model of pod \S+ ended with exit code 3: no table weights\n? and was started again|ended with exit code 3.*was started again[\s\S]*\| no table weights/,
    ],
    [
      'place',
      { run: 'setInterval(() => {}, 9)', resources: { requests: { cpu: '900' } } },
      ['--timeout', '15'],
      /not serving after 15 s.*\n.*has no place to run: 0\/1 nodes are available.*Insufficient cpu/,
    ],
    [
      'ready',
      { run: 'setInterval(() => {}, 9)' },
      ['--timeout', '40'],
      /container model of pod \S+ runs but is not ready: (?:Startup|Readiness) probe failed: dial tcp/,
    ],
    [
      'secret',
      { run: '', env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'absent', key: 'token' } } }] },
      [],
      /CreateContainerConfigError: secret "absent" not found/,
    ],
    [
      'memory',
      { run: 'let all = []; for (;;) all.push(Buffer.alloc(1e7, 1))', resources: { limits: { memory: '64Mi' } } },
      [],
      /used more memory than its limit \(OOMKilled\)/,
    ],
  ])('a version that fails by its %s is taken back, and the words say why', async ([name, unit, args, words], { expect: its }) => {
    const first = await apply(manifest(single, { name }));
    its(first).toMatchObject({ code: 0, stderr: '' });
    const failed = await apply(withUnit({ name }, unit), ...args);
    its(failed.code).toBe(1);
    its(failed.stdout).toMatch(words);
    its(failed.stderr).toBe(`error: ${namespace.name}/${name} version 2 failed; version 1 serves again, as version 3\n`);
    its(await historyOf(name)).toEqual([
      [1, 'served', 'applied'],
      [2, 'failed', its.any(String)],
      [3, 'served', 'back to 1, since 2 failed'],
    ]);
    its(await statusOf(name)).toMatchObject({ state: 'Available', version: 3 });
  });

  test('a quota that is used up is named, and a first version that fails stays to be looked at', async () => {
    const spec = { hard: { pods: '0' } };
    const other = await makeNamespace('deployer-quota');
    try {
      await other.cluster.apply({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'no-pods' }, spec });
      const failed = await deployer(['apply', '-f', '-', '-n', other.name, ...rendering], manifest(single, { name: 'poor' }));
      expect(failed.code).toBe(1);
      expect(failed.stdout).toMatch(/no pod can be made: .*exceeded quota: no-pods, requested: pods=1, used: pods=0, limited: pods=0/);
      expect(failed.stderr).toContain('version 1 failed; no version served before: it stays as it is');
    } finally {
      await other.remove();
    }
  });

  test('a version that the API server refuses changes nothing at all', async () => {
    await serve({ name: 'whole' });
    const refused = await apply(withUnit({ name: 'whole' }, { run: '', resources: { requests: { cpu: 'many' } } }));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/quantities must match the regular expression/);
    expect(await historyOf('whole')).toEqual([[1, 'served', 'applied']]);
  });

  test('a field that another manager has set is a conflict with its name, and --force takes it over', async () => {
    const name = 'owned';
    await serve({ name });
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'owned-main' } };
    await namespace.cluster.patch(deployment, { spec: { progressDeadlineSeconds: 77 } });
    const live = await namespace.cluster.get(deployment);
    // the API server notes an operator's patch under the operator's own name; here it is that of this test's client
    expect(live).toMatchObject({ spec: { progressDeadlineSeconds: 77 } });
    const refused = await apply(manifest(single, { name }));
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toMatch(
      /fields belong to another manager: switchyard-deployer has \.spec\.progressDeadlineSeconds\. --force takes them over/,
    );
    expect(await apply(manifest(single, { name }), '--force')).toMatchObject({ code: 0 });
    expect(await namespace.cluster.get(deployment)).toMatchObject({ spec: { progressDeadlineSeconds: 600 } });
  });
});

describe('diff, rollback and delete', () => {
  test('diff shows what would change, and stores nothing', async () => {
    const name = 'compared';
    const fresh = await onManifest('diff', manifest(single, { name }), '--exit-code');
    expect(fresh).toMatchObject({ code: 1, stderr: '' });
    expect(fresh.stdout).toContain(`Deployment ${namespace.name}/compared-main  (new)`);
    await serve({ name });
    expect(await onManifest('diff', manifest(single, { name }), '--exit-code')).toMatchObject({
      code: 0,
      stdout: 'nothing would change\n',
    });
    const changed = await onManifest('diff', manifest(abTest, { name, replicas: 2 }));
    expect(changed.code).toBe(0);
    expect(changed.stdout).toMatch(/-  replicas: 1\n\+  replicas: 2/);
    expect(changed.stdout).toMatch(/PodDisruptionBudget \S+\/compared-main {2}\(new\)/);
    expect(await onManifest('diff', manifest(single, { name }))).toMatchObject({ stdout: 'nothing would change\n' });
  });

  test('rollback makes an older version the newest, and delete leaves nothing', async () => {
    const name = 'back';
    await serve({ name });
    expect(await apply(manifest(abTest, { name }))).toMatchObject({ code: 0 });
    expect(await run('rollback', name)).toMatchObject({ code: 0, stderr: '' });
    expect(await run('rollback', name, '--to', '9')).toMatchObject({
      code: 1,
      stderr: `error: ${namespace.name}/back has no version 9; there are 1 (served), 2 (served), 3 (served)\n`,
    });
    expect(await historyOf(name)).toEqual([
      [1, 'served', 'applied'],
      [2, 'served', 'applied'],
      [3, 'served', 'back to 1'],
    ]);
    expect(await onManifest('diff', manifest(single, { name }))).toMatchObject({ stdout: 'nothing would change\n' });

    expect(await run('delete', name)).toMatchObject({ code: 0, stderr: '' });
    for (const [apiVersion, kind] of [
      ['apps/v1', 'Deployment'],
      ['v1', 'Service'],
      ['apps/v1', 'ControllerRevision'],
      ['policy/v1', 'PodDisruptionBudget'],
    ] as const) {
      const left = await namespace.cluster.list({ apiVersion, kind });
      expect(left.filter((each) => each.metadata.name.startsWith(name))).toEqual([]);
    }
    expect(await run('delete', name)).toMatchObject({
      code: 1,
      stderr: `error: there is no deployment "back" in namespace ${namespace.name}\n`,
    });
    expect(await run('delete', name, '--ignore-not-found')).toMatchObject({ code: 0 });
  });
});
