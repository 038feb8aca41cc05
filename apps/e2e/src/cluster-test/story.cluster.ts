// From an empty namespace to predictions and back, as docs/kubernetes.md and docs/workflows.md tell it: Helm, git, Argo, the gateway, and
// the three deployments of Kubeflow's example. It needs a cluster (KUBECONFIG) with Argo Workflows, a Gateway and a default storage class,
// a registry that both the cluster and this machine reach (REGISTRY), a Docker engine, and kubectl, helm, argo and git on the PATH.
//
//     nx e2e-cluster e2e
import { setTimeout as sleep } from 'node:timers/promises';
import { type TrafficReport, startTraffic } from '@switchyard/conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { argmax, testDigits, type Digit } from '../digits.ts';
import { predictOverGrpc } from '../seldon-client.ts';
import { post, until } from '../system.ts';
import { helmServe, helmTest, helmUpgrade } from './chart.ts';
import {
  evict,
  findGateway,
  get,
  objectsOfCluster,
  objectsOfNamespace,
  ownAddress,
  podsOf,
  type Gateway,
  type KubernetesObject,
} from './cluster.ts';
import { startGitServer, type GitServer } from './git-server.ts';
import { kubectl, run } from './program.ts';
import { serveSecured, trySecured } from './secured.ts';
import { imagesServed, serving, statusOf, versionsServed } from './seldon-deployment.ts';
import { submit, verdictOf } from './workflow.ts';

const registry = process.env['REGISTRY'] ?? '';
const deployment = 'mnist-classifier';
const namespace = `story-${Date.now().toString(36)}`;
const version = namespace; // a tag that no node has yet
const upgraded = `${version}-b`;
const components = ['ab-router', 'deployer', 'switchyard', 'tf-trainer', 'rf-trainer', 'tf-runtime', 'rf-runtime'];

let gateway: Gateway;
let gitServer: GitServer | undefined;
let digits: Digit[];
let uidsBefore: Set<string>;
let freshNamespace: readonly KubernetesObject[];
let hadCrd: boolean;

const kube = (...args: readonly string[]): Promise<string> => kubectl('-n', namespace, ...args);
const pathOf = (api: string): string => `${gateway.url}/seldon/${namespace}/${deployment}/${api}`;

beforeAll(async () => {
  expect(registry, 'REGISTRY').not.toBe('');
  gateway = await findGateway();
  digits = await testDigits(200);
  const before = await objectsOfCluster();
  uidsBefore = new Set(before.map(({ metadata }) => metadata.uid));
  hadCrd = before.some(({ metadata }) => metadata.name === 'seldondeployments.machinelearning.seldon.io');
  await kubectl('create', 'namespace', namespace);
  // The engine that builds images in the cluster is privileged; once it has, the namespace allows nothing of the kind.
  await kubectl('label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=privileged');
  await until(async () => (await get('serviceaccounts,configmaps', '-n', namespace)).length === 2);
  freshNamespace = await objectsOfNamespace(namespace);
  gitServer = await startGitServer(await ownAddress());
});

afterAll(async () => {
  await gitServer?.stop();
  await kubectl('delete', 'namespace', namespace, '--ignore-not-found');
});

describe('installed', () => {
  test('the images that the charts need are built and pushed', async () => {
    const projects = ['deployer', 'ab-router', 'cli'].map((name) => `@switchyard/${name}`).join(',');
    await run('npx', ['nx', 'run-many', '-t', 'image', '-p', projects, '--push', `--tag=${version}`]);
  });

  test('helm installs the controller, Redis and the pipelines, and its test answers', async () => {
    await helmInstall();
    const pipelines = ['install', 'pipelines', 'charts/switchyard-pipelines', '-n', namespace, '--wait'];
    const insecure = `dind.config={"insecure-registries":["${registry}"]}`;
    await run('helm', [...pipelines, '--set', 'models.keep=false,models.storageClass=', '--set-json', insecure]);
    await helmTest(namespace);
  });
});

/** Installs the chart of the controller, or upgrades it to images of another tag. */
const helmInstall = (tag = version): Promise<void> => helmServe(namespace, { registry, tag, gateway, installCrd: !hadCrd });

/** The workflow from git to predictions, as a user submits it. */
const endToEnd = (parameters: Readonly<Record<string, unknown>>): ReturnType<typeof submit> =>
  submit('workflows/end-to-end.yaml', namespace, {
    version,
    'repository-url': gitServer!.url,
    'docker-org': `${registry}/switchyard`,
    builder: 'dind',
    'dind-image': 'docker:dind',
    'deployer-image': `${registry}/switchyard/deployer:${version}`,
    'switchyard-image': `${registry}/switchyard/switchyard:${version}`,
    ...parameters,
  });

describe('from git to predictions', () => {
  test('a workflow builds the images, trains both models, and serves them', async () => {
    // a softmax regression that has hardly begun to learn, so that there is something to find out
    const { phase, steps } = await endToEnd({ 'tf-arguments': ['--steps=6'] });
    expect(phase).toBe('Succeeded');
    for (const component of ['tf-trainer', 'rf-trainer', 'tf-runtime', 'rf-runtime'])
      expect(steps[`build-${component}`], component).toMatchObject({ phase: 'Succeeded' });
    expect(verdictOf(steps['gate-tf'])).toBe('promote');
    expect(verdictOf(steps['gate-rf'])).toBe('promote');
    expect(steps['try']).toMatchObject({ phase: 'Succeeded' });
    expect(await statusOf(namespace)).toMatchObject({ state: 'Available', predictorStatus: [{ replicas: 1, replicasAvailable: 1 }] });
  });

  test('the gateway answers over REST, by either path and in either protocol', async () => {
    const request = { data: { ndarray: digits.slice(0, 20).map(({ pixels }) => pixels) } };
    for (const url of [pathOf('api/v1.0/predictions'), `${gateway.url}/seldon/${deployment}/api/v0.1/predictions`]) {
      const { status, json } = await post(url, request);
      expect(status, url).toBe(200);
      expect(json.data.ndarray).toHaveLength(20);
      expect(json.meta.routing).toHaveProperty('eg-router');
    }
    const inputs = [{ name: 'pixels', datatype: 'FP64', shape: [1, 784], data: digits[0]!.pixels }];
    const inferred = await post(pathOf(`v2/models/${deployment}/infer`), { inputs });
    expect(inferred).toMatchObject({ status: 200, json: { outputs: [{ shape: [1, 10] }] } });
    expect((await post(pathOf('api/v1.0/predictions'), { data: { ndarray: [[1, 2]] } })).status).toBe(400);
  });

  test('the gateway answers over gRPC, by the metadata of Seldon', async () => {
    const { payload, meta } = await predictOverGrpc(new URL(gateway.url).host, digits[0]!.pixels, { seldon: deployment, namespace });
    expect(payload).toMatchObject({ kind: 'tensors', tensors: [{ shape: [1, 10] }] });
    expect(meta.puid).toMatch(/^[a-z0-9]{26}$/);
  });
});

describe('one model, an A-B test, a bandit', () => {
  test('the three manifests follow each other under load, and no request fails', async () => {
    const { answered, failures, routes } = await underLoad(async () => {
      for (const name of ['single-model', 'ab-test', 'epsilon-greedy']) await apply(name);
    });
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(500);
    expect([...routes.keys()].toSorted()).toEqual(['eg-router=0', 'eg-router=1', 'random-ab-test=0', 'random-ab-test=1', 'straight']);
  });

  test("the bandit finds the better model in the notebook's 200 requests", async () => {
    const tries = [0, 0];
    for (const { pixels, label } of digits) {
      const response = (await post(pathOf('api/v1.0/predictions'), { data: { ndarray: [pixels] } })).json;
      tries[response.meta.routing['eg-router']!]!++;
      const reward = argmax(response.data.ndarray[0]!) === label ? 1 : 0;
      expect((await post(pathOf('api/v1.0/feedback'), { response, reward })).status).toBe(200);
    }
    expect(tries[0], `requests to the forest and to the softmax regression: ${tries.join(', ')}`).toBeGreaterThan(100);
    expect(tries[1]).toBeGreaterThan(0);
    const learned = await whatIsLearned();
    expect(Number(learned['rows:rf-model']) + Number(learned['rows:tf-model'])).toBe(200);
  });
});

/** Applies one of the examples with kubectl, and waits until just that serves. */
async function apply(example: string): Promise<void> {
  await kube('apply', '-f', `examples/mnist/deployments/${example}.yaml`);
  await serving(namespace);
}

/** Requests through the gateway while something happens to what serves them. */
async function underLoad(work: () => Promise<void>): Promise<TrafficReport> {
  const { hostname, port, pathname } = new URL(pathOf('api/v1.0/predictions'));
  const body = JSON.stringify({ data: { ndarray: [digits[0]!.pixels] } });
  const load = startTraffic({ host: hostname, port: Number(port) || 80, path: pathname, body, clients: 4, pauseMs: 20 });
  try {
    await work();
    await sleep(15_000); // until the last pods that go have gone
  } finally {
    await load.stop();
  }
  return load.stop();
}

/** What Redis keeps of the bandit's arms. */
async function whatIsLearned(): Promise<Readonly<Record<string, string>>> {
  const command = 'REDISCLI_AUTH="$(cat /run/secrets/redis/password)" redis-cli HGETALL';
  const key = `switchyard:${namespace}:${deployment}:${deployment}:eg-router`;
  const lines = (await kube('exec', 'switchyard-redis-0', '--', 'sh', '-c', `${command} ${key}`)).trim().split('\n');
  return Object.fromEntries(Array.from({ length: lines.length / 2 }, (_, at) => [lines[2 * at]!, lines[2 * at + 1]!]));
}

describe('when something goes', () => {
  test('from here on the namespace allows no pod that is privileged or root', async () => {
    await kubectl('label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted', '--overwrite');
    await kube(
      'patch',
      'seldondeployment',
      deployment,
      '--type=json',
      '-p',
      '[{"op":"replace","path":"/spec/predictors/0/replicas","value":2}]',
    );
    await serving(namespace);
    expect(await statusOf(namespace)).toMatchObject({ predictorStatus: [{ replicas: 2, replicasAvailable: 2 }] });
  });

  test('pods are killed, all pods drained and the controller restarted under load: no request fails, and nothing learned is lost', async () => {
    const before = await whatIsLearned();
    const { answered, failures } = await underLoad(async () => {
      const [one] = await podsOf(namespace, `seldon-deployment-id=${deployment}`);
      await kube('delete', 'pod', one!.metadata.name);
      await serving(namespace);
      for (const { metadata } of await podsOf(namespace, 'app.kubernetes.io/managed-by')) await evict(namespace, metadata.name);
      await kube('rollout', 'status', 'statefulset/switchyard-redis', '--timeout=120s');
      await kube('rollout', 'restart', 'deployment/switchyard-controller');
      await kube('rollout', 'status', 'deployment/switchyard-controller', '--timeout=120s');
      await serving(namespace);
    });
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(500);
    expect(await whatIsLearned()).toEqual(before);
  });

  test('a deployment that was changed by hand while no controller ran is put right', async () => {
    await kube('scale', 'deployment/switchyard-controller', '--replicas=0');
    const [workload] = await get('deployments', '-n', namespace, '-l', `seldon-deployment-id=${deployment}`);
    await kube('scale', `deployment/${workload!.metadata.name}`, '--replicas=1');
    await kube('scale', 'deployment/switchyard-controller', '--replicas=2');
    await kube('rollout', 'status', 'deployment/switchyard-controller', '--timeout=120s');
    await until(
      async () => {
        const [found] = await get('deployments', '-n', namespace, '-l', `seldon-deployment-id=${deployment}`);
        return (found!['spec'] as { replicas: number }).replicas === 2;
      },
      60,
      500,
    );
    await serving(namespace);
  });
});

describe('the next version', () => {
  test('a better model goes by way of a canary to all requests, a worse one stays on the volume, and no request fails', async () => {
    const { failures } = await underLoad(async () => {
      const { phase, steps } = await endToEnd({ 'build-push-image': 'false', 'rf-arguments': ['--n-estimators=3'] });
      expect(phase).toBe('Succeeded');
      expect(verdictOf(steps['gate-tf'])).toBe('promote');
      expect(verdictOf(steps['gate-rf'])).toBe('keep');
      for (const step of ['canary', 'try-canary', 'roll-out', 'try']) expect(steps[step], step).toMatchObject({ phase: 'Succeeded' });
    });
    expect(failures).toEqual([]);
    expect(await versionsServed(namespace)).toEqual({ 'rf-model': '1', 'tf-model': '2' });
  });

  test('helm upgrades the controller and with it what serves, and no request fails', async () => {
    for (const component of components) {
      const image = `${registry}/switchyard/${component}`;
      await run('docker', ['pull', '--quiet', `${image}:${version}`]);
      await run('docker', ['tag', `${image}:${version}`, `${image}:${upgraded}`]);
      await run('docker', ['push', '--quiet', `${image}:${upgraded}`]);
    }
    const { failures } = await underLoad(async () => {
      await helmInstall(upgraded);
      await apply('epsilon-greedy');
      await until(async () => (await imagesServed(namespace)).every((image) => image.endsWith(upgraded)), 120, 500);
    });
    expect(failures).toEqual([]);
    expect((await whatIsLearned())['rows:rf-model']).toMatch(/^\d+$/);
  });
});

describe('asked for a token and a certificate', () => {
  beforeAll(async () => {
    await kube('delete', 'seldondeployment', deployment);
    await serveSecured(namespace, deployment);
    await serving(namespace);
  });

  test('helm test shows them, and so does the step that tries a deployment', async () => {
    const tried = trySecured(namespace, deployment, `${registry}/switchyard/switchyard:${upgraded}`);
    expect(await Promise.all([tried, helmTest(namespace)])).toMatchObject(['Succeeded', expect.any(String)]);
  });

  test('with the token of a stranger helm test fails, and says why', async () => {
    await helmUpgrade(namespace, { 'test.credential': 'stranger' });
    await expect(helmTest(namespace)).rejects.toThrow('switchyard-test failed');
    expect(await kube('logs', 'switchyard-test', '-c', 'predict')).toContain('refused with 401');
    await kube('delete', 'pod/switchyard-test', 'secret/clients', 'secret/serving-tls', 'secret/tester-tls');
  });
});

test('helm uninstalls all, and nothing is left', async () => {
  await run('argo', ['delete', '-n', namespace, '--all']);
  await run('helm', ['uninstall', 'switchyard', 'pipelines', '-n', namespace, '--wait']);
  const fresh = new Set(freshNamespace.map(({ metadata }) => metadata.uid));
  const left = async (): Promise<string[]> => {
    const inside = (await objectsOfNamespace(namespace)).filter(({ metadata }) => !fresh.has(metadata.uid));
    const outside = (await objectsOfCluster()).filter((object) => !uidsBefore.has(object.metadata.uid) && isOurs(object));
    return [...inside, ...outside].map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  };
  await until(async () => (await left()).length === 0, 240, 2000).catch(() => {});
  expect(await left()).toEqual([]);
});

/** Of the whole cluster, others may have made something meanwhile. */
const isOurs = (object: KubernetesObject): boolean =>
  object.metadata.name !== namespace && new RegExp(`${namespace}|switchyard|machinelearning\\.seldon\\.io`).test(JSON.stringify(object));
