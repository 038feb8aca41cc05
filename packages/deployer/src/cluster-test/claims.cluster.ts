import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LiveObject } from '../cluster/index.ts';
import { startController } from './controller-process.ts';
import { deployer, type Outcome } from './deployer.ts';
import { gatewayCalled, routed } from './gateway.ts';
import { manifest, type ManifestOptions, single } from './manifests.ts';
import { makeNamespace, type Namespace } from './namespace.ts';

// What an apply may touch, and what gateways say of its routes. Pods are none: nothing here is about them.
const tag = process.env['SWITCHYARD_TAG'] ?? '0.1.0';

let namespace: Namespace;
beforeAll(async () => void (namespace = await makeNamespace('deployer-claims')));
afterAll(() => namespace.remove());

function apply(
  options: Omit<ManifestOptions, 'replicas'>,
  settings: Readonly<Record<string, string>> = { routes: 'none' },
): Promise<Outcome> {
  const set = Object.entries({ ...settings, tag }).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  return deployer(['apply', '-f', '-', '-n', namespace.name, ...set], manifest(single, { ...options, replicas: 0 }));
}
const find = (apiVersion: string, kind: string, name: string): Promise<LiveObject | undefined> =>
  namespace.cluster.get({ apiVersion, kind, metadata: { name } });
const history = (name: string) => deployer(['history', name, '-n', namespace.name]);

describe('what belongs to others', () => {
  test('is not overwritten where the names of two deployments come out alike: both owners are told', async () => {
    expect(await apply({ name: 'a-b', predictor: 'main' })).toMatchObject({ code: 0 });
    const before = await find('v1', 'Service', 'a-b');
    const refused = await apply({ name: 'a', predictor: 'b' }, { routes: 'none' });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(
      `Service ${namespace.name}/a-b belongs to the deployment "a-b", and the deployment "a" would have one of the same name`,
    );
    expect(await find('v1', 'Service', 'a-b')).toEqual(before);
    expect(await find('v1', 'Service', 'a')).toBeUndefined();
    expect((await history('a')).code).toBe(1);
    expect(await apply({ name: 'a', predictor: 'other' })).toMatchObject({ code: 0 });
  });

  test('is not overwritten where nobody of ours has made it, not even with --force', async () => {
    const spec = { selector: { app: 'theirs' }, ports: [{ port: 80 }] };
    await namespace.cluster.create({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'theirs' }, spec });
    const refused = await apply({ name: 'theirs' }, { routes: 'none' });
    expect(refused.stderr).toMatch(
      /Service \S+\/theirs is there already and was not made by switchyard; rename one of the two, or delete it/,
    );
    expect(await find('v1', 'Service', 'theirs')).toMatchObject({ spec: { selector: { app: 'theirs' } } });
    expect(await find('apps/v1', 'Deployment', 'theirs-main')).toBeUndefined();
  });

  test('is left to the controller where a SeldonDeployment owns it', async () => {
    const name = 'kept';
    const made = await namespace.cluster.create({
      ...(JSON.parse(manifest(single, { name, replicas: 0 })) as LiveObject),
      apiVersion: 'machinelearning.seldon.io/v1',
    });
    const owner = JSON.stringify({ apiVersion: made.apiVersion, kind: made.kind, name, uid: made.metadata.uid, controller: true });
    expect(await apply({ name }, { routes: 'none', owner })).toMatchObject({ code: 0 }); // as the controller would
    const before = await find('apps/v1', 'Deployment', 'kept-main');
    expect(before?.metadata.ownerReferences).toMatchObject([{ kind: 'SeldonDeployment', name }]);
    for (const change of [
      ['apply', '-f', '-', '--set', 'routes=none', '--set', 'progressDeadlineSeconds=99'],
      ['rollback', name, '--to', '1'],
      ['delete', name],
    ]) {
      const refused = await deployer([...change, '-n', namespace.name], manifest(single, { name, replicas: 0 }));
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(/kept belongs to the controller.*SeldonDeployment kept/);
    }
    expect(await find('apps/v1', 'Deployment', 'kept-main')).toEqual(before);
  });
});

describe('routes', () => {
  test('are waited for until the gateway has taken them', async () => {
    expect(await apply({ name: 'taken' }, routed)).toMatchObject({ code: 0, stderr: '' });
    const route = await find('gateway.networking.k8s.io/v1', 'HTTPRoute', 'taken');
    const parents = (route?.['status'] as { parents?: { conditions: { type: string; status: string }[] }[] } | undefined)?.parents;
    expect(parents?.[0]?.conditions.find((each) => each.type === 'Accepted')?.status).toBe('True');
  });

  test('that the gateway refuses take the version back, in the words of the gateway', async () => {
    const name = 'refused';
    expect(await apply({ name }, routed)).toMatchObject({ code: 0 });
    const failed = await apply({ name }, { ...routed, 'gateway.httpSection': 'nowhere' });
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain(
      `HTTPRoute ${namespace.name}/refused on ${gatewayCalled}, listener nowhere is refused: not Accepted: NoMatchingParent: `,
    );
    expect(failed.stderr).toBe(`error: ${namespace.name}/${name} version 2 failed; version 1 serves again, as version 3\n`);
    const route = (await find('gateway.networking.k8s.io/v1', 'HTTPRoute', name)) as LiveObject & { spec: { parentRefs: object[] } };
    expect(route.spec.parentRefs[0]).not.toHaveProperty('sectionName');
  });

  test('to a gateway that is not there change nothing, and the words say what to do', async () => {
    const refused = await apply({ name: 'nowhere' }, { 'gateway.name': 'absent' });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/nothing was changed: Gateway \S+\/absent does not exist: .*--routes none/);
    expect(await find('v1', 'Service', 'nowhere')).toBeUndefined();
  });

  test('that the gateway refuses are told in the status of a SeldonDeployment that serves all the same', async () => {
    const other = await makeNamespace('deployer-unrouted');
    const set = Object.entries({ ...routed, tag, 'gateway.httpSection': 'nowhere' }).flatMap(([key, value]) => [
      '--set',
      `${key}=${value}`,
    ]);
    const controller = startController('one', ['--watch', other.name, '--lease-namespace', other.name, ...set]);
    try {
      const seldon = JSON.parse(manifest(single, { name: 'unheard', replicas: 0 })) as LiveObject;
      await other.cluster.create(seldon);
      const status = async () => (await other.cluster.get(seldon))?.['status'] as { state?: string; description?: string } | undefined;
      const patience = { timeout: 60_000, interval: 500 };
      await expect
        .poll(async () => (await status())?.description, patience)
        .toMatch(/listener nowhere is refused: not Accepted: NoMatchingParent/);
      await expect.poll(async () => (await status())?.state, patience).toBe('Available');
      const events = () => other.cluster.list({ apiVersion: 'v1', kind: 'Event', fields: 'reason=NotRouted' });
      await expect.poll(async () => (await events()).length, patience).toBeGreaterThan(0);
    } finally {
      expect(await controller.end('SIGTERM')).toBe(0);
      await other.remove();
    }
  });
});
