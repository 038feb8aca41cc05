import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTraffic, untilAnswered } from '@switchyard/conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LiveObject } from '../cluster/index.ts';
import { type ControllerProcess, startController } from './controller-process.ts';
import { abTest, bandit, manifest, type ManifestOptions, single, withUnit } from './manifests.ts';
import { makeNamespace, type Namespace } from './namespace.ts';

const registry = process.env['REGISTRY'] ?? '';
const tag = process.env['SWITCHYARD_TAG'] ?? '0.1.0';
const small = 'resources={router: {requests: {cpu: 10m, memory: 48Mi}}, foreign: {requests: {cpu: 10m, memory: 32Mi}}}';
const crd = new URL('../../crd/seldondeployments.yaml', import.meta.url).pathname;

let namespace: Namespace;
let running: ControllerProcess[] = [];

function start(identity: string): ControllerProcess {
  const settings = [`registry=${registry}`, `tag=${tag}`, 'routes=none', small].flatMap((each) => ['--set', each]);
  const made = startController(identity, ['--watch', namespace.name, '--lease-namespace', namespace.name, ...settings]);
  running.push(made);
  return made;
}
async function end(one: ControllerProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
  running = running.filter((each) => each !== one);
  return one.end(signal);
}

beforeAll(async () => {
  execFileSync('kubectl', ['apply', '--server-side', '-f', crd]);
  namespace = await makeNamespace('deployer-controller');
});
afterAll(async () => {
  await Promise.all(running.map((each) => each.end('SIGTERM')));
  await namespace.remove();
});

/** As a user: by kubectl, with the version of the manifest. What loads a deployment meanwhile runs on. */
async function kubectl(args: readonly string[], input?: string): Promise<string> {
  const running = promisify(execFile)('kubectl', ['-n', namespace.name, ...args]);
  running.child.stdin?.end(input);
  return (await running).stdout;
}
const apply = (text: string): Promise<string> => kubectl(['apply', '-f', '-'], text);

const reference = (apiVersion: string, kind: string, name: string) => ({ apiVersion, kind, metadata: { name } });
const seldon = (name: string) => namespace.cluster.get(reference('machinelearning.seldon.io/v1', 'SeldonDeployment', name));
const deployment = (name: string) => namespace.cluster.get(reference('apps/v1', 'Deployment', name)) as Promise<Deployment | undefined>;
const service = (name: string) => namespace.cluster.get(reference('v1', 'Service', name)) as Promise<Service | undefined>;
type Deployment = LiveObject & { readonly spec: { readonly replicas: number }; readonly status?: { readonly availableReplicas?: number } };
type Service = LiveObject & { readonly spec: { readonly clusterIP: string; readonly ports: readonly { readonly port: number }[] } };

async function managersOf(name: string): Promise<string[]> {
  const books = (await service(name))?.metadata['managedFields'] as readonly { manager: string; operation: string }[];
  return books.map((each) => `${each.manager} ${each.operation}`);
}

type Status = {
  readonly state?: string;
  readonly description?: string;
  readonly observedGeneration?: number;
  readonly predictorStatus?: unknown;
};
async function statusOf(name: string): Promise<Status> {
  return ((await seldon(name))?.['status'] ?? {}) as Status;
}

/** Waits until something is so; the test's own time limit is the end of its patience. */
async function until(what: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await what())) await sleep(250);
}
async function untilState(name: string, state: string): Promise<Status> {
  await until(async () => {
    const live = await seldon(name);
    const status = live?.['status'] as Status | undefined;
    return status?.state === state && status.observedGeneration === live?.metadata.generation;
  });
  return statusOf(name);
}
async function serve(options: ManifestOptions): Promise<void> {
  await apply(manifest(single, options));
  await untilState(options.name, 'Available');
}
/** Deletes a Deployment, and waits until another in its place serves. */
async function deleteAndAwait(name: string): Promise<void> {
  const part = `${name}-main`;
  const { uid } = (await deployment(part))!.metadata;
  await kubectl(['delete', `deployment/${part}`]);
  await until(async () => ![undefined, uid].includes((await deployment(part))?.metadata.uid));
  await untilState(name, 'Available');
}
const leads = async (one: ControllerProcess): Promise<boolean> =>
  ((await one.ask('/metrics'))?.text ?? '').split('\n').includes('switchyard_controller_leader 1');

describe('one controller', () => {
  let controller: ControllerProcess;
  beforeAll(async () => {
    controller = start('one');
    await until(() => leads(controller));
    expect(await controller.ask('/ready')).toEqual({ status: 200, text: 'ready\n' });
  });
  afterAll(async () => expect(await end(controller, 'SIGTERM')).toBe(0));

  test('makes a deployment serve, and counts its replicas as clients of Seldon read them', async () => {
    await serve({ name: 'first', replicas: 2 });
    expect(await statusOf('first')).toMatchObject({
      state: 'Available',
      description: '',
      predictorStatus: [{ name: 'first-main', replicas: 2, replicasAvailable: 2 }],
    });
    await kubectl(['wait', '--for=condition=Ready', 'sdep/first', '--timeout=5s']);
    expect(await kubectl(['get', 'events', '--field-selector', 'involvedObject.name=first', '-o', 'jsonpath={.items[*].reason}'])).toMatch(
      /Creating.*Available/,
    );
  });

  test('puts back what somebody scales, patches or deletes', async () => {
    const name = 'drift';
    await serve({ name });
    await kubectl(['scale', 'deployment/drift-main', '--replicas=3']);
    await until(async () => (await deployment('drift-main'))?.spec.replicas === 1);
    await kubectl(['patch', 'service/drift', '--type=json', '-p', '[{"op":"replace","path":"/spec/ports/0/port","value":81}]']);
    await until(async () => (await service('drift'))?.spec.ports[0]?.port === 8000);
    await until(async () => (await managersOf('drift')).length === 1);
    expect(await managersOf('drift')).toEqual(['switchyard-deployer Apply']); // else a port that a later version leaves out would stay
    await kubectl(['label', 'service/drift-main', 'app.kubernetes.io/managed-by-']);
    await until(async () => (await service('drift-main'))?.metadata.labels?.['app.kubernetes.io/managed-by'] === 'switchyard');
    await kubectl(['delete', 'service/drift']);
    await deleteAndAwait(name);
    expect(await service('drift')).toBeDefined();
  });

  test('a model, an A-B test, a bandit and a predictor of another name follow each other under load, and no request fails', async () => {
    const name = 'rolling';
    await serve({ name, replicas: 2 });
    const body = JSON.stringify({ data: { ndarray: [[1, 2, 3]] } });
    const target = { host: (await service(name))!.spec.clusterIP, port: 8000, body, clients: 4, pauseMs: 15, timeoutMs: 30_000 };
    await untilAnswered(target);
    const load = startTraffic(target);
    for (const graph of [abTest, bandit]) {
      await apply(manifest(graph, { name, replicas: 2 }));
      await untilState(name, 'Available');
    }
    await apply(manifest(single, { name, replicas: 2, predictor: 'other' }));
    await until(async () => (await deployment('rolling-main')) === undefined);
    await sleep(15_000); // until its pods have drained
    const { answered, failures, routes } = await load.stop();
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(500);
    expect([...routes.keys()].toSorted()).toEqual(['learner=0', 'learner=1', 'split=0', 'split=1', 'straight']);
    expect(await statusOf(name)).toMatchObject({ predictorStatus: [{ name: 'rolling-other', replicas: 2, replicasAvailable: 2 }] });
  });

  test('a manifest that cannot be used has failed, with all that is wrong with it, and what was there goes on serving', async () => {
    await serve({ name: 'wrong' });
    const children = [
      { name: 'first', implementation: 'NOTHING' },
      { name: 'second', implementation: 'SIMPLE_MODEL', type: 'SOMETHING' },
    ];
    await apply(manifest({ ...abTest, children }, { name: 'wrong' }));
    const { description, predictorStatus } = await untilState('wrong', 'Failed');
    expect(description).toContain('spec.predictors[0].graph.children[0].implementation');
    expect(description).toContain('spec.predictors[0].graph.children[1].type');
    expect(predictorStatus).toEqual([{ name: 'wrong-main', replicas: 1, replicasAvailable: 1 }]);
    expect((await deployment('wrong-main'))?.status?.availableReplicas).toBe(1);
    expect(
      await kubectl(['get', 'events', '--field-selector', 'involvedObject.name=wrong,type=Warning', '-o', 'jsonpath={.items[*].message}']),
    ).toContain('implementation');
    await serve({ name: 'wrong' });
  });

  test('a version whose pods cannot start has failed in the words of the cluster, and recovers with the next', async () => {
    await apply(withUnit({ name: 'broken' }, { image: `${registry}/switchyard/nowhere:7` }));
    expect((await untilState('broken', 'Failed')).description).toMatch(/container model of pod \S+ has no image: .*nowhere:7/);
    await serve({ name: 'broken' });
    expect((await statusOf('broken')).description).toBe('');
  });

  test('the objects of others are not taken over', async () => {
    await kubectl(['create', 'service', 'clusterip', 'taken', '--tcp=80']);
    await apply(manifest(single, { name: 'taken' }));
    expect((await untilState('taken', 'Failed')).description).toMatch(
      /^Service \S+\/taken is there already and was not made by switchyard/,
    );
    expect((await service('taken'))!.spec.ports).toMatchObject([{ port: 80 }]);
    await kubectl(['delete', 'service', 'taken']);
    await untilState('taken', 'Available'); // by a retry: nothing told of it
  });

  test('a deletion takes everything along, and the same name may come again at once', async () => {
    const name = 'again';
    await serve({ name });
    const before = await deployment('again-main');
    await kubectl(['delete', 'sdep', name]);
    await serve({ name });
    expect((await deployment('again-main'))!.metadata.uid).not.toBe(before!.metadata.uid);
    await kubectl(['delete', 'sdep', name]);
    await until(async () => (await deployment('again-main')) === undefined && (await service('again')) === undefined);
    expect(controller.log.filter((each) => each['level'] === 'error')).toEqual([]);
  });
});

describe('two controllers', () => {
  test('one works; when it is killed the other goes on, and nothing is lost', async () => {
    const a = start('a');
    await until(() => leads(a));
    const b = start('b');
    await until(async () => (await b.ask('/ready'))?.status === 200);
    await serve({ name: 'handed' });
    expect(await leads(b)).toBe(false);
    expect(b.log.filter((each) => each['msg'] === 'state')).toEqual([]);

    await end(a, 'SIGKILL');
    await kubectl(['scale', 'deployment/handed-main', '--replicas=2']);
    await apply(manifest(single, { name: 'orphaned' })); // while nobody leads
    await until(() => leads(b));
    await untilState('orphaned', 'Available');
    await until(async () => (await deployment('handed-main'))?.spec.replicas === 1);

    const c = start('c');
    await until(async () => (await c.ask('/ready'))?.status === 200);
    expect(await end(b, 'SIGTERM')).toBe(0);
    const lease = await namespace.cluster.get(reference('coordination.k8s.io/v1', 'Lease', 'switchyard-controller'));
    expect(['', 'c']).toContain((lease?.['spec'] as { holderIdentity: string } | undefined)?.holderIdentity); // given back: nobody waits for its end
    await until(() => leads(c));
    await deleteAndAwait('orphaned');
  });

  test('a start does not change what is there', async () => {
    const versions = async () =>
      Promise.all([deployment('orphaned-main'), service('orphaned'), service('orphaned-main')]).then((all) =>
        all.map((each) => [each?.metadata.uid, each?.metadata.generation]),
      );
    const before = await versions();
    await Promise.all(running.map((each) => end(each, 'SIGTERM')));
    const again = start('again');
    await until(
      async () => ((await again.ask('/metrics'))?.text ?? '').includes('switchyard_controller_queue_depth 0') && (await leads(again)),
    );
    await sleep(3000);
    expect(await versions()).toEqual(before);
  });
});
