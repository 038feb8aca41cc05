import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { unitsOf } from './graph-unit.ts';
import { parseDeployment, parseDeployments } from './parse.ts';
import { DeploymentError } from './problem.ts';

const file = (name: string): string => readFileSync(new URL(`files/${name}`, import.meta.url), 'utf8');

/** A manifest of one predictor with this graph; containers `a`, `b` and `c` are there. */
function manifest(graph: unknown, predictor: object = {}, spec: object = {}, version = 'v1'): string {
  const containers = ['a', 'b', 'c'].map((name) => ({ name, image: `acme/${name}:1` }));
  return JSON.stringify({
    apiVersion: `machinelearning.seldon.io/${version}`,
    kind: 'SeldonDeployment',
    metadata: { name: 'digits' },
    spec: { predictors: [{ name: 'main', componentSpecs: [{ spec: { containers } }], graph, ...predictor }], ...spec },
  });
}

function problemsOf(text: string): string[] {
  try {
    parseDeployment(text);
  } catch (error) {
    if (error instanceof DeploymentError) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

const model = (name: string, more: object = {}): object => ({ name, type: 'MODEL', ...more });

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
    expect(problemsOf(more('v1'))).toEqual(['spec.predictors: traffic adds up to 0; it must be 100 over "main", "canary"']);
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

describe('problems', () => {
  const split = (more: object, children: object[] = [model('a'), model('b')]): string =>
    manifest({ name: 'split', implementation: 'RANDOM_ABTEST', children, ...more });
  const greedy = (...parameters: object[]): string =>
    manifest({ name: 'eg', implementation: 'EPSILON_GREEDY', children: [model('a'), model('b')], parameters });
  const at = 'spec.predictors[0].graph';
  const cases: [string, string, string[]][] = [
    ['an unknown type', manifest(model('a', { type: 'MODLE' })), [`${at}.type: is "MODLE"; it must be one of UNKNOWN_TYPE, MODEL, ROUTER`]],
    [
      'an unknown implementation',
      manifest(model('a', { implementation: 'RANDOM' })),
      [`${at}.implementation: is "RANDOM"; it must be one of`],
    ],
    ['an unknown method', manifest(model('a', { methods: ['ROUTE', 'PREDICT'] })), [`${at}.methods[1]: is "PREDICT"; it must be one of`]],
    ['a unit without a container', manifest(model('nobody')), [`${at}.name: no container is called "nobody"`]],
    ['a unit that does nothing', manifest({ name: 'a' }), [`${at}.type: unit "a" has no type, no methods and no implementation`]],
    ['two units of one name', split({}, [model('a'), model('a')]), [`${at}.children[1].name: "a" is also the name of ${at}.children[0]`]],
    ['an A-B test of one', split({}, [model('a')]), [`${at}.children: RANDOM_ABTEST "split" splits between exactly 2 children; it has 1`]],
    ['an A-B test of three', split({}, [model('a'), model('b'), model('c')]), [`${at}.children: RANDOM_ABTEST`]],
    [
      'a ratioA beyond 1',
      split({ parameters: [{ name: 'ratioA', value: '1.5', type: 'FLOAT' }] }),
      [`${at}.parameters: ratioA of "split" is 1.5; it must be within 0..1`],
    ],
    ['an epsilon below 0', greedy({ name: 'epsilon', value: '-0.1', type: 'FLOAT' }), [`${at}.parameters: epsilon of "eg" is -0.1`]],
    ['an epsilon that is no number', greedy({ name: 'epsilon', value: 'few' }), [`${at}.parameters: epsilon of "eg" is few`]],
    [
      'a best branch that is not there',
      greedy({ name: 'best_branch', value: '2', type: 'INT' }),
      [`${at}.parameters: best_branch of "eg" is 2; it must be a whole number within 0..1`],
    ],
    [
      'a wrong count of branches',
      greedy({ name: 'n_branches', value: '3', type: 'INT' }),
      [`${at}.parameters: n_branches is 3, but "eg" has 2 children`],
    ],
    [
      'a fraction as INT',
      greedy({ name: 'n', value: '1.5', type: 'INT' }),
      [`${at}.parameters[0].value: "1.5" is not a whole number (INT)`],
    ],
    ['a word as FLOAT', greedy({ name: 'n', value: 'x', type: 'FLOAT' }), [`${at}.parameters[0].value: "x" is not a number (FLOAT)`]],
    ['a 2 as BOOL', greedy({ name: 'n', value: '2', type: 'BOOL' }), [`${at}.parameters[0].value: "2" is not true or false (BOOL)`]],
    ['a parameter twice', greedy({ name: 'n', value: '2' }, { name: 'n', value: '3' }), [`${at}.parameters[1].name: "n" is given twice`]],
    [
      'a combiner of nothing',
      manifest({ name: 'mean', implementation: 'AVERAGE_COMBINER' }),
      [`${at}.children: combiner "mean" has no children to combine`],
    ],
    ['a router to nowhere', manifest({ name: 'a', type: 'ROUTER' }), [`${at}.children: router "a" has no children to route to`]],
    [
      'a child of a leaf',
      manifest({ name: 's', implementation: 'SIMPLE_MODEL', children: [model('a')] }),
      [`${at}.children: SIMPLE_MODEL "s" is a leaf; it has 1 children`],
    ],
    [
      'a model server without a model',
      manifest({ name: 'x', implementation: 'TRITON_SERVER' }),
      [`${at}.modelUri: TRITON_SERVER needs the address of a model`],
    ],
    ['replicas that are no count', manifest(model('a'), { replicas: -1 }), ['spec.predictors[0].replicas: is -1; it must be 0 or more']],
    [
      'traffic that does not add up',
      manifest(model('a'), { traffic: 90 }),
      ['spec.predictors: traffic adds up to 90; it must be 100 over "main"'],
    ],
    ['traffic beyond 100', manifest(model('a'), { traffic: 101 }), ['spec.predictors[0].traffic: is 101; it must be 0..100']],
    ['shadows alone', manifest(model('a'), { shadow: true }), ['spec.predictors: all predictors are shadows; one must answer']],
    ['no predictors', manifest(model('a'), {}, { predictors: [] }), ['spec.predictors: is empty']],
    ['no graph', manifest(undefined), ['spec.predictors[0].graph: is missing; it must be an object']],
    [
      'an unknown protocol',
      manifest(model('a'), {}, { protocol: 'v3' }),
      ['spec.protocol: is "v3"; it must be one of seldon, tensorflow, kfserving, v2'],
    ],
    [
      'an unknown version',
      manifest(model('a'), {}, {}, 'v2'),
      ['apiVersion: is "machinelearning.seldon.io/v2"; it must be one of machinelearning.seldon.io/v1alpha1'],
    ],
    [
      'a port beyond 65535',
      manifest(model('a', { endpoint: { httpPort: 70000 } })),
      [`${at}.endpoint.httpPort: is 70000; it must be a port, 0..65535`],
    ],
    [
      'a container without an image',
      manifest(model('a'), { componentSpecs: [{ spec: { containers: [{ name: 'a' }] } }] }),
      [
        'spec.predictors[0].componentSpecs[0].spec.containers[0].image: is missing; it must be a string',
        `${at}.name: no container is called "a"`,
      ],
    ],
    [
      'a name that is no label',
      manifest(model('a'), { componentSpecs: [{ spec: { containers: [{ name: 'A_b', image: 'x' }] } }] }),
      ['spec.predictors[0].componentSpecs[0].spec.containers[0].name: is "A_b"; a name is lower-case letters', `${at}.name: no container`],
    ],
  ];
  test.each(cases)('%s is named by its path', (_, text, expected) => {
    const found = problemsOf(text);
    expect(found).toHaveLength(expected.length);
    for (const [index, start] of expected.entries()) expect(found[index]).toContain(start);
  });

  test('all problems are reported at once, below broken units too', () => {
    const graph = {
      name: 'split',
      type: 'ROUTR',
      children: [model('nobody'), { name: '', type: 'MODEL', children: [model('b', { parameters: [{ value: 3 }] })] }],
    };
    expect(problemsOf(manifest(graph, { replicas: 1.5 }, { transport: 'smoke' }))).toEqual([
      'spec.transport: is "smoke"; it must be one of rest, grpc',
      'spec.predictors[0].replicas: is 1.5; it must be a whole number',
      `${at}.type: is "ROUTR"; it must be one of UNKNOWN_TYPE, MODEL, ROUTER, COMBINER, TRANSFORMER, OUTPUT_TRANSFORMER`,
      `${at}.children[0].name: no container is called "nobody", and the unit has neither an implementation nor an endpoint with a host`,
      `${at}.children[1].name: is empty`,
      `${at}.children[1].children[0].parameters[0].name: is missing; it must be a string`,
    ]);
  });

  test('duplicate predictors and containers are named', () => {
    const raw = JSON.parse(manifest(model('a'), { traffic: 50 }));
    raw.spec.predictors.push(structuredClone(raw.spec.predictors[0]));
    raw.spec.predictors[1].componentSpecs.push({ spec: { containers: [{ name: 'b', image: 'x' }] } });
    expect(problemsOf(JSON.stringify(raw))).toEqual([
      'spec.predictors[1].componentSpecs[1].spec.containers[0].name: another container of this predictor is called "b" too',
      'spec.predictors[1].name: another predictor is called "main" too',
    ]);
  });

  test('a graph that nests without end is refused', () => {
    let graph: object = model('a');
    for (let depth = 0; depth < 70; depth++) graph = { name: `u${depth}`, type: 'MODEL', children: [graph] };
    expect(problemsOf(manifest(graph)).some((each) => each.endsWith('the graph is more than 64 units deep'))).toBe(true);
  });
});

describe('texts', () => {
  test('what is not YAML is refused with line and column', () => {
    expect(() => parseDeployment('kind: SeldonDeployment\nspec: {', 'a.yaml')).toThrow(/^a\.yaml: line 2, column \d+: /);
    expect(() => parseDeployment('{"kind": "SeldonDeployment",', 'a.json')).toThrow(/^a\.json: line 1, column \d+: /);
  });

  test('a file without a SeldonDeployment says what it holds', () => {
    expect(() => parseDeployment('kind: Service\n---\nkind: Pod', 'a.yaml')).toThrow(
      'a.yaml: has no SeldonDeployment; it holds Service, Pod',
    );
    expect(() => parseDeployment('', 'a.yaml')).toThrow('a.yaml: has no SeldonDeployment');
    expect(() => parseDeployment('just words', 'a.yaml')).toThrow('it holds an object without a kind');
  });

  test('several deployments are all read, or refused by name where one is wanted', () => {
    const list = JSON.stringify({ kind: 'List', items: [JSON.parse(manifest(model('a'))), JSON.parse(manifest(model('b')))] });
    expect(parseDeployments(list).map(({ predictors }) => predictors[0]?.graph.name)).toEqual(['a', 'b']);
    expect(() => parseDeployment(list, 'a.json')).toThrow('a.json: holds 2 SeldonDeployments ("digits", "digits"); one is wanted');
  });

  test('anchors and aliases are YAML like any other', () => {
    const text = file('canary-v1.yaml').replace(
      'reader, image: switchyard/rf-runtime }]',
      '&again reader, image: switchyard/rf-runtime }]',
    );
    expect([...unitsOf(parseDeployment(text).predictors[0]!.graph)]).toHaveLength(2);
  });

  test('a graph that contains itself is refused', () => {
    const text = `apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata: { name: x }
spec: { predictors: [{ name: p, graph: &g { name: a, type: MODEL, children: [*g] } }] }`;
    expect(() => parseDeployment(text)).toThrow('*g stands within &g itself: the graph is circular');
  });

  test('an alias bomb is refused', () => {
    const lines = [
      'a: &a [x,x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map((name, index) => `${name}: &${name} [${`*${'abcdefg'[index]},`.repeat(10)}]`),
    ];
    expect(() => parseDeployment(lines.join('\n'))).toThrow(/alias/i);
  });
});
