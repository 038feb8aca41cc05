import { expect, test } from 'vitest';
import { canary, single } from './test/manifests.ts';
import { one, rendered } from './test/rendered.ts';

type Rules = { readonly rules: readonly Readonly<Record<string, unknown>>[] };
const ruleOf = (manifest: string, kind: string, options = {}) => (one(rendered(manifest, options), kind)['spec'] as Rules).rules[0];

test('both paths lead to the predictors by their traffic, and a part of it is copied to the shadow', () => {
  const paths = (one(rendered(canary), 'HTTPRoute')['spec'] as Rules).rules.map(({ matches, ...rest }) => {
    expect(rest).toEqual({
      filters: [
        { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } } },
        { type: 'RequestMirror', requestMirror: { backendRef: { name: 'digits-mirror', port: 8000 }, percent: 25 } },
      ],
      backendRefs: [
        { name: 'digits-main', port: 8000, weight: 90 },
        { name: 'digits-canary', port: 8000, weight: 10 },
      ],
      timeouts: { request: '65s' },
    });
    return matches;
  });
  expect(paths).toEqual([
    [{ path: { type: 'PathPrefix', value: '/seldon/digits' } }],
    [{ path: { type: 'PathPrefix', value: '/seldon/post/digits' } }],
  ]);
});

test('gRPC goes by its header, with or without the namespace', () => {
  const rule = ruleOf(canary, 'GRPCRoute') as { matches: { method: { service: string }; headers: { name: string; value: string }[] }[] };
  expect(rule.matches.map(({ method, headers }) => [method.service, ...headers.map(({ name, value }) => `${name}: ${value}`)])).toEqual([
    ['seldon.protos.Seldon', 'seldon: digits'],
    ['inference.GRPCInferenceService', 'seldon: digits'],
    ['seldon.protos.Seldon', 'seldon: digits', 'namespace: post'],
    ['inference.GRPCInferenceService', 'seldon: digits', 'namespace: post'],
  ]);
  expect(rule).toMatchObject({ backendRefs: [{ name: 'digits-main', port: 5001, weight: 90 }, { weight: 10 }] });
});

test('a gateway that several namespaces share is given only paths that name theirs', () => {
  expect(ruleOf(single, 'HTTPRoute', { shortPath: false })?.['matches']).toEqual([
    { path: { type: 'PathPrefix', value: '/seldon/default/mnist-classifier' } },
  ]);
  expect(ruleOf(single, 'GRPCRoute', { shortPath: false })?.['matches']).toHaveLength(2);
});

test('routes hang on the gateway of the options', () => {
  const gateway = { name: 'public', namespace: 'edge', httpSection: 'web', hostnames: ['ml.example.com'] };
  const objects = rendered(single, { gateway });
  expect(one(objects, 'HTTPRoute')['spec']).toMatchObject({
    parentRefs: [{ name: 'public', namespace: 'edge', sectionName: 'web' }],
    hostnames: ['ml.example.com'],
  });
  expect(one(objects, 'GRPCRoute')['spec']).toMatchObject({ parentRefs: [{ name: 'public', namespace: 'edge' }] });
});

test('shares by replicas that are no whole percents are kept to the hundredth', () => {
  const manifest = JSON.parse(single);
  const [predictor] = manifest.spec.predictors;
  manifest.spec.predictors = [
    { ...predictor, name: 'a', replicas: 2 },
    { ...predictor, name: 'b', replicas: 1 },
  ];
  expect(ruleOf(JSON.stringify(manifest), 'HTTPRoute')?.['backendRefs']).toMatchObject([{ weight: 6667 }, { weight: 3333 }]);
});

test("the deployment's Service finds all pods that answer, a predictor's own its pods", () => {
  const objects = rendered(canary);
  const pods = objects
    .filter(({ kind }) => kind === 'Deployment')
    .map(({ spec }) => spec as { template: { metadata: { labels: object } } });
  const found = (name: string): number[] => {
    const { selector } = one(objects, 'Service', name)['spec'] as { selector: object };
    const fits = (labels: object): boolean =>
      Object.entries(selector).every(([key, value]) => (labels as Record<string, unknown>)[key] === value);
    return pods.flatMap(({ template }, index) => (fits(template.metadata.labels) ? [index] : []));
  };
  expect(found('digits')).toEqual([0, 1]);
  expect(found('digits-main')).toEqual([0]);
  expect(found('digits-mirror')).toEqual([2]);
});

test('Emissary: one Mapping a path and predictor, the weights only where there is a choice', () => {
  const mappings = (manifest: string) => rendered(manifest, { routes: 'emissary' }).filter(({ kind }) => kind === 'Mapping');
  expect(mappings(single)).toHaveLength(6);
  expect(mappings(single)[0]?.['spec']).toEqual({
    hostname: '*',
    prefix: '/seldon/mnist-classifier/',
    rewrite: '/',
    service: 'mnist-classifier-mnist-classifier.default:8000',
    timeout_ms: 65_000,
  });
  const shared = mappings(canary).filter(({ spec }) => (spec as { prefix: string }).prefix === '/seldon/digits/');
  expect(shared.map(({ spec }) => spec)).toMatchObject([{ weight: 90 }, { weight: 10 }, { shadow: true, weight: 25 }]);
});
