import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseDeployment } from './parse.ts';
import { file, manifest, model } from './test/manifest.ts';

describe('versions', () => {
  test('v1alpha1: one componentSpec, volumes with a volumeSource, endpoints in camel case', () => {
    const deployment = parseDeployment(file('bandit-v1alpha1.json'));
    const [predictor] = deployment.predictors;
    expect(deployment).toMatchObject({
      name: 'digits',
      apiVersion: 'v1alpha1',
      protocol: 'seldon',
      labels: { team: 'vision' },
      annotations: { project_name: 'digits of the post office' },
      warnings: [],
    });
    expect(deployment).not.toHaveProperty('namespace');
    expect(predictor).toMatchObject({ name: 'main', replicas: 2, traffic: 100, shadow: false, annotations: { predictor_version: '7' } });
    expect(predictor?.volumes).toEqual([{ name: 'disk', persistentVolumeClaim: { claimName: 'models' } }]);
    expect(predictor?.containers.map(({ name }) => name)).toEqual(['forest', 'linear', 'chooser']);
    expect(predictor?.graph).toMatchObject({
      name: 'chooser',
      type: 'ROUTER',
      parameters: { n_branches: 2, epsilon: 0.25, verbose: false },
      endpoint: { type: 'REST' },
      container: { image: 'acme/mab_epsilon_greedy:1.1' },
    });
    expect(predictor?.graph.children.map((child) => child.endpoint)).toEqual([
      { type: 'REST' },
      { type: 'GRPC', host: '10.0.0.7', grpcPort: 5000 },
    ]);
  });

  test('v1: several componentSpecs, traffic, a shadow, transport and replicas for all, among other objects in the file', () => {
    const deployment = parseDeployment(file('canary-v1.yaml'));
    expect(deployment).toMatchObject({ name: 'digits', namespace: 'post', apiVersion: 'v1' });
    expect(deployment.predictors.map(({ name, traffic, shadow, replicas }) => ({ name, traffic, shadow, replicas }))).toEqual([
      { name: 'main', traffic: 90, shadow: false, replicas: 3 },
      { name: 'canary', traffic: 10, shadow: false, replicas: 1 },
      { name: 'mirror', traffic: 100, shadow: true, replicas: 3 },
    ]);
    const [main, canary] = deployment.predictors;
    expect(main?.graph).toMatchObject({ name: 'clean', type: 'TRANSFORMER', endpoint: { type: 'GRPC' } });
    expect(main?.graph.children[0]?.container).toEqual({
      name: 'reader',
      image: 'switchyard/tf-runtime:1.2',
      env: { SWITCHYARD_MODEL: 'digits-v1' },
      volumeMounts: [],
    });
    expect(canary?.labels).toEqual({ version: '2' });
  });

  test.each(['v1alpha2', 'v1alpha3'])('%s is read like v1', (version) => {
    expect(parseDeployment(manifest(model('a'), {}, {}, version))).toMatchObject({ apiVersion: version, predictors: [{ traffic: 100 }] });
  });

  test('the examples are valid and without warnings', () => {
    const files = globSync(new URL('../../../examples/mnist/deployments/*.yaml', import.meta.url).pathname);
    expect(files.length).toBe(4);
    for (const each of files)
      expect(parseDeployment(readFileSync(each, 'utf8'), each)).toMatchObject({ name: 'mnist-classifier', warnings: [] });
  });
});

describe('what Seldon Core fills in', () => {
  test('a built-in needs no type and no container', () => {
    const deployment = parseDeployment(manifest({ name: 'split', implementation: 'RANDOM_ABTEST', children: [model('a'), model('b')] }));
    expect(deployment.predictors[0]?.graph).toMatchObject({ type: 'ROUTER', implementation: 'RANDOM_ABTEST', parameters: {} });
  });

  test('a model server is a MODEL and keeps its modelUri', () => {
    const graph = { name: 'iris', implementation: 'SKLEARN_SERVER', modelUri: 'gs://models/iris' };
    expect(parseDeployment(manifest(graph)).predictors[0]?.graph).toMatchObject({ type: 'MODEL', modelUri: 'gs://models/iris' });
  });

  test('replicas decide the traffic of versions that had no other way, and only of those', () => {
    const more = (version: string): string => {
      const raw = JSON.parse(manifest(model('a'), { replicas: 3 }, {}, version));
      raw.spec.predictors.push({ ...raw.spec.predictors[0], name: 'canary', replicas: 1 });
      return JSON.stringify(raw);
    };
    expect(parseDeployment(more('v1alpha1')).predictors.map(({ traffic }) => traffic)).toEqual([75, 25]);
    expect(() => parseDeployment(more('v1'))).toThrow('spec.predictors: traffic adds up to 0; it must be 100 over "main", "canary"');
  });

  test('fields that no SeldonDeployment has are warned of by path; those of pods are not', () => {
    const graph = model('a', { childs: [] });
    expect(parseDeployment(manifest(graph, { svcOrchSpec: {}, trafic: 3 }, { oauth_key: 'x' })).warnings).toEqual([
      'spec.predictors[0].graph.childs is not a field of a SeldonDeployment and is ignored',
      'spec.predictors[0].trafic is not a field of a SeldonDeployment and is ignored',
    ]);
  });

  test('children that nobody chooses between are warned of, for all but one answer are lost', () => {
    const [warning] = parseDeployment(manifest(model('a', { children: [model('b'), model('c')] }))).warnings;
    expect(warning).toContain('"a" neither routes nor combines its 2 children');
  });
});
