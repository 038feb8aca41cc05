import { decodePredictor, parseDeployment } from '@switchyard/deployment';
import { describe, expect, test } from 'vitest';
import { render } from './render.ts';
import { abTest, bandit, canary, single } from './test/manifests.ts';
import { containerOf, envOf, one, rendered, workloads, yamlOf } from './test/rendered.ts';

const all = { single, abTest, bandit, canary };

const kinds = (manifest: string, options = {}): string[] =>
  rendered(manifest, options).map(({ kind, metadata: { name } }) => `${kind} ${name}`);

describe('the whole', () => {
  test.each(Object.entries(all))('of %s is what it was before', async (name, manifest) => {
    const options = name === 'bandit' ? { registry: 'ghcr.io/acme', state: 'redis://redis:6379' } : {};
    await expect(yamlOf(rendered(manifest, options))).toMatchFileSnapshot(`files/${name}.yaml`);
  });

  test('of Emissary is what it was before', async () => {
    const mappings = rendered(canary, { routes: 'emissary' }).filter(({ kind }) => kind === 'Mapping');
    await expect(yamlOf(mappings)).toMatchFileSnapshot('files/emissary.yaml');
  });
});

describe('the objects', () => {
  test('one predictor: two Services, one Deployment, a route for REST and one for gRPC', () => {
    expect(kinds(bandit)).toEqual([
      'Service mnist-classifier',
      'Service mnist-classifier-mnist-classifier',
      'Deployment mnist-classifier-mnist-classifier',
      'HTTPRoute mnist-classifier',
      'GRPCRoute mnist-classifier',
    ]);
  });

  test('several: a Service and a Deployment each, a budget where there are replicas', () => {
    expect(kinds(canary, { routes: 'none' })).toEqual([
      'Service digits',
      'Service digits-main',
      'Service digits-canary',
      'Service digits-mirror',
      'PodDisruptionBudget digits-main',
      'Deployment digits-main',
      'Deployment digits-canary',
      'Deployment digits-mirror',
    ]);
  });

  test("go to the deployment's own namespace, else to that of the options", () => {
    expect(new Set(rendered(canary, { namespace: 'x' }).map(({ metadata }) => metadata.namespace))).toEqual(new Set(['post']));
    expect(new Set(rendered(single, { namespace: 'x' }).map(({ metadata }) => metadata.namespace))).toEqual(new Set(['x']));
    expect(new Set(rendered(single).map(({ metadata }) => metadata.namespace))).toEqual(new Set(['default']));
  });

  test('belong to their owner, all of them', () => {
    const owner = { apiVersion: 'machinelearning.seldon.io/v1', kind: 'SeldonDeployment', name: 'mnist-classifier', uid: 'u-1' };
    for (const { metadata } of rendered(canary, { owner }))
      expect(metadata.ownerReferences).toEqual([{ ...owner, controller: true, blockOwnerDeletion: true }]);
    for (const { metadata } of rendered(canary)) expect(metadata).not.toHaveProperty('ownerReferences');
  });

  test("carry the manifest's labels and annotations, but not what other tools noted of it", () => {
    for (const { metadata } of rendered(single))
      expect(metadata.labels).toMatchObject({ app: 'seldon', 'seldon-deployment-id': 'mnist-classifier' });
    const annotations = one(rendered(canary), 'Deployment').metadata.annotations;
    expect(annotations).toMatchObject({ team: 'vision', version: 'v7' });
    expect(Object.keys(annotations ?? {}).filter((key) => /kubectl|argocd/.test(key))).toEqual([]);
  });
});

describe('a rolling update', () => {
  const [before, after] = [single, bandit].map((each) => workloads(rendered(each))[0]);

  test('single → A-B → bandit is of one Deployment with one selector', () => {
    expect(after?.metadata.name).toBe(before?.metadata.name);
    expect(after?.spec.selector).toEqual(before?.spec.selector);
    expect(after?.spec).toMatchObject({ strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } });
  });

  test('the grace period of 1 s is raised, and an annotation says so', () => {
    expect(before?.spec.template.spec['terminationGracePeriodSeconds']).toBe(40);
    expect(before?.metadata.annotations?.['switchyard/termination-grace']).toBe(
      'raised from 1 s to 40 s, so that requests under way are answered',
    );
    expect(after?.metadata.annotations).not.toHaveProperty('switchyard/termination-grace');
    expect(workloads(rendered(canary))[0]?.spec.template.spec['terminationGracePeriodSeconds']).toBe(120);
  });

  test('units outlive the router', () => {
    const waits = (name: string) => containerOf(after, name)['lifecycle'];
    expect(waits('ab-router')).toEqual({ preStop: { sleep: { seconds: 5 } } });
    expect(waits('tf-model')).toEqual({ preStop: { sleep: { seconds: 22 } } });
  });

  test('neither another number of replicas nor another share of the traffic rolls the pods', () => {
    const deployment = parseDeployment(canary);
    const [main, next, mirror] = deployment.predictors;
    if (main === undefined || next === undefined || mirror === undefined) throw new Error('three predictors');
    const predictors = [{ ...main, traffic: 50, replicas: 1 }, { ...next, traffic: 50, replicas: 9 }, mirror];
    const templates = (objects: ReturnType<typeof render>) => workloads(objects).map(({ spec }) => spec.template);
    expect(templates(render({ ...deployment, predictors }))).toEqual(templates(render(deployment)));
  });
});

describe('the router', () => {
  const router = containerOf(workloads(rendered(bandit, { registry: 'ghcr.io/acme/', tag: '0.3.0' }))[0], 'ab-router');

  test('gets the graph with the addresses of its units', () => {
    const { ENGINE_PREDICTOR, ...rest } = envOf(router);
    expect(rest).toEqual({
      ENGINE_SERVER_PORT: '8000',
      ENGINE_SERVER_GRPC_PORT: '5001',
      SELDON_DEPLOYMENT_ID: 'mnist-classifier',
      SWITCHYARD_NAMESPACE: 'default',
      SWITCHYARD_DRAIN_MS: '15000',
    });
    const { graph, annotations } = decodePredictor(String(ENGINE_PREDICTOR));
    expect(annotations).toEqual({ predictor_version: 'v1' });
    expect(graph).toMatchObject({ name: 'eg-router', type: 'ROUTER', parameters: { n_branches: 2, epsilon: 0.1, verbose: true } });
    expect(graph.container?.image).toBe('seldonio/mab_epsilon_greedy:1.1');
    expect(graph.children).toMatchObject([
      { name: 'sk-model', endpoint: { type: 'REST', host: '127.0.0.1', httpPort: 9001, grpcPort: 9501 } },
      { name: 'tf-model', endpoint: { type: 'REST', host: '127.0.0.1', httpPort: 9000, grpcPort: 9500 } },
    ]);
  });

  test('is of our registry, with our tag', () => {
    expect(router.image).toBe('ghcr.io/acme/switchyard/ab-router:0.3.0');
  });

  test("keeps what bandits learn where it is told: at an address, at a secret's, in a directory of its own", () => {
    const withState = (options: object) => workloads(rendered(bandit, options))[0];
    expect(envOf(containerOf(withState({ state: 'rediss://r:1/2' }), 'ab-router'))['SWITCHYARD_STATE']).toBe('rediss://r:1/2');
    const secret = { secretKeyRef: { name: 'redis', key: 'url' } };
    expect(envOf(containerOf(withState({ state: secret }), 'ab-router'))['SWITCHYARD_STATE']).toEqual(secret);
    const claim = { persistentVolumeClaim: { claimName: 'state' } };
    const onDisk = withState({ state: '/state', stateVolume: claim });
    expect(containerOf(onDisk, 'ab-router')['volumeMounts']).toEqual([{ name: 'switchyard-state', mountPath: '/state' }]);
    expect(onDisk?.spec.template.spec['volumes']).toContainEqual({ name: 'switchyard-state', ...claim });
    expect(withState({ state: '/state' })?.spec.template.spec['volumes']).toContainEqual({ name: 'switchyard-state', emptyDir: {} });
  });

  test("takes the manifest's resources and variables, except those that the graph hangs on", () => {
    const own = containerOf(workloads(rendered(canary))[0], 'ab-router');
    expect(own['resources']).toEqual({ requests: { cpu: '1' } });
    expect(envOf(own)).toMatchObject({ SWITCHYARD_LOG_LEVEL: 'debug', ENGINE_SERVER_PORT: '8000' });
  });

  test('is told which built-in an image is by a rule of the options, which it does not know itself', () => {
    const images = [{ repository: 'acme/clean', component: 'ab-router', builtin: 'SIMPLE_ROUTER' as const }];
    const [main] = workloads(rendered(canary, { images }));
    const { graph } = decodePredictor(String(envOf(containerOf(main, 'ab-router'))['ENGINE_PREDICTOR']));
    expect(graph).toMatchObject({ name: 'clean', implementation: 'SIMPLE_ROUTER' });
    expect(main?.spec.template.spec.containers.map(({ name }) => name)).toEqual(['reader', 'log-shipper', 'ab-router']);
  });
});
