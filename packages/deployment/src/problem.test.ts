import { describe, expect, test } from 'vitest';
import { parseDeployment } from './parse.ts';
import { DeploymentError } from './problem.ts';
import { manifest, model } from './test/manifest.ts';

function problemsOf(text: string): string[] {
  try {
    parseDeployment(text);
  } catch (error) {
    if (error instanceof DeploymentError) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

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
