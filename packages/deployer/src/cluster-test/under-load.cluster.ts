import { setTimeout as sleep } from 'node:timers/promises';
import { type TrafficOptions, type TrafficReport, startTraffic, untilAnswered } from '@switchyard/conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LiveObject } from '../cluster/index.ts';
import { deployer, type Outcome } from './deployer.ts';
import { gatewayAddress, routed } from './gateway.ts';
import { hasty, manifest, manifestOf, predictorOf, single, unitOf } from './manifests.ts';
import { makeNamespace, type Namespace } from './namespace.ts';

// What clients of a deployment see, by the gateway as well as by its Service, while it changes and while its pods come and go.
const registry = process.env['REGISTRY'] ?? '';
const tag = process.env['SWITCHYARD_TAG'] ?? '0.1.0';
const small = 'resources={router: {requests: {cpu: 10m, memory: 48Mi}}, foreign: {requests: {cpu: 10m, memory: 32Mi}}}';
const settings = Object.entries({ registry, tag, ...routed }).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
const body = JSON.stringify({ data: { ndarray: [[1, 2, 3]] } });

let namespace: Namespace;
beforeAll(async () => void (namespace = await makeNamespace('deployer-load')));
afterAll(() => namespace.remove());

const run = (command: string, ...args: string[]): Promise<Outcome> => deployer([command, '-n', namespace.name, ...args]);
const apply = (text: string): Promise<Outcome> => deployer(['apply', '-f', '-', '-n', namespace.name, ...settings, '--set', small], text);
const find = (apiVersion: string, kind: string, name: string) => namespace.cluster.get({ apiVersion, kind, metadata: { name } });
const podsOf = (predictor: string) => namespace.cluster.list({ apiVersion: 'v1', kind: 'Pod', labels: `seldon-app=${predictor}` });

type Service = LiveObject & { readonly spec: { readonly clusterIP: string } };
type Route = LiveObject & {
  readonly spec: { readonly rules: readonly { readonly backendRefs: readonly { name: string; weight: number }[] }[] };
};

const usual = { body, clients: 4, pauseMs: 15, timeoutMs: 30_000 };
async function byGateway(name: string): Promise<TrafficOptions> {
  return { ...usual, ...(await gatewayAddress()), path: `/seldon/${namespace.name}/${name}/api/v1.0/predictions` };
}
async function byService(name: string): Promise<TrafficOptions> {
  return { ...usual, host: ((await find('v1', 'Service', name)) as Service).spec.clusterIP, port: 8000 };
}

/** Loads a target while something happens, and until pods that were sent away have gone. */
async function underLoad(target: TrafficOptions, work: () => Promise<void>, lastingMs = 10_000): Promise<TrafficReport> {
  await untilAnswered(target, 10_000);
  const load = startTraffic(target);
  try {
    await work();
    await sleep(lastingMs);
  } finally {
    await load.stop();
  }
  return load.stop();
}
const backendsOf = async (name: string) =>
  ((await find('gateway.networking.k8s.io/v1', 'HTTPRoute', name)) as Route).spec.rules[0]!.backendRefs.map((each) => [
    each.name,
    each.weight,
  ]);

describe('a canary', () => {
  const main = predictorOf(single, { predictor: 'main', replicas: 2 });
  const canary = (unit: object) => [
    { ...main, traffic: 90 },
    { ...unit, traffic: 10 },
  ];

  test('that cannot start is taken back, and the predictor beside it never loses a request', async () => {
    const name = 'sick';
    expect(await apply(manifestOf(name, [main]))).toMatchObject({ code: 0, stderr: '' });
    const [before] = await podsOf('sick-main');
    const nowhere = unitOf('model', { image: `${registry}/switchyard/nowhere:7` });
    const next = predictorOf({ name: 'model', type: 'MODEL', children: [] }, { predictor: 'next', containers: [nowhere] });
    const { answered, failures } = await underLoad(await byGateway(name), async () => {
      const failed = await apply(manifestOf(name, canary(next)));
      expect(failed.stdout).toMatch(/container model of pod sick-next\S+ has no image: .*nowhere:7/);
      expect(failed).toMatchObject({
        code: 1,
        stderr: `error: ${namespace.name}/${name} version 2 failed; version 1 serves again, as version 3\n`,
      });
    });
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(300);
    expect(await backendsOf(name)).toEqual([['sick-main', 100]]);
    await expect.poll(() => find('apps/v1', 'Deployment', 'sick-next'), { timeout: 60_000, interval: 500 }).toBeUndefined(); // after its pods
    expect((await podsOf('sick-main')).map((each) => each.metadata.uid)).toContain(before!.metadata.uid); // never touched
  });

  test('that is healthy gets its share, and goes again by a rollback without a lost request', async () => {
    const name = 'well';
    expect(await apply(manifestOf(name, [main]))).toMatchObject({ code: 0, stderr: '' });
    const next = predictorOf({ ...single, name: 'newer' }, { predictor: 'next' });
    const { answered, failures } = await underLoad(await byGateway(name), async () => {
      expect(await apply(manifestOf(name, canary(next)))).toMatchObject({ code: 0, stderr: '' });
      expect(await backendsOf(name)).toEqual([
        ['well-main', 90],
        ['well-next', 10],
      ]);
      await sleep(5000);
      expect(await run('rollback', name)).toMatchObject({ code: 0, stderr: '' });
    });
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(300);
    expect(await backendsOf(name)).toEqual([['well-main', 100]]);
  });

  test('that is ready but answers wrongly fails for its share of the clients alone, until it is rolled back', async () => {
    const name = 'worse';
    expect(await apply(manifestOf(name, [main]))).toMatchObject({ code: 0, stderr: '' });
    const broken = unitOf('model', { run: hasty(0).replace('{"data":{"ndarray":[[1]]}}', 'no JSON') });
    const next = predictorOf({ name: 'model', type: 'MODEL', children: [] }, { predictor: 'next', containers: [broken] });
    expect(await apply(manifestOf(name, canary(next)))).toMatchObject({ code: 0, stderr: '' });
    const during = await underLoad(await byGateway(name), async () => {}, 5000);
    const share = during.failures.length / (during.failures.length + during.answered);
    expect(share).toBeGreaterThan(0.02);
    expect(share).toBeLessThan(0.25);
    expect(await run('rollback', name)).toMatchObject({ code: 0, stderr: '' });
    expect((await underLoad(await byGateway(name), async () => {}, 3000)).failures).toEqual([]);
  });
});

describe('a pod that is deleted', () => {
  test('answers what clients that keep their connections have sent, by Service and by gateway', async () => {
    const name = 'killed';
    expect(await apply(manifest(single, { name, replicas: 2 }))).toMatchObject({ code: 0, stderr: '' });
    const targets = [await byService(name), await byGateway(name)];
    const reports = await Promise.all(
      targets.map((target, at) =>
        underLoad(target, async () => {
          if (at > 0) return sleep(25_000);
          for (const pod of await podsOf('killed-main')) {
            await namespace.cluster.delete(pod, 'Background');
            await sleep(10_000);
          }
        }),
      ),
    );
    for (const { answered, failures } of reports) {
      expect(failures).toEqual([]);
      expect(answered).toBeGreaterThan(500);
    }
  });

  test('keeps its units as long as a request in its router may need them', async () => {
    const name = 'slow';
    // a request that comes 4 s after the deletion is at its second unit 8 s later, when a unit that left as early as 10 s would be gone
    const containers = [unitOf('first', { run: hasty(8000) }), unitOf('model', { run: hasty(0) })];
    const graph = { name: 'first', type: 'TRANSFORMER', children: [{ name: 'model', type: 'MODEL', children: [] }] };
    expect(await apply(manifest(graph, { name, replicas: 2, containers }))).toMatchObject({ code: 0, stderr: '' });
    const target = { ...(await byService(name)), clients: 48, pauseMs: 0, spreadMs: 8000 };
    const { answered, failures } = await underLoad(target, async () => {
      await sleep(12_000); // until all clients have connections that they keep
      const [pod] = await podsOf('slow-main');
      await namespace.cluster.delete(pod!, 'Background');
      await sleep(15_000);
    });
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(100);
  });
});
