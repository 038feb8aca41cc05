import { expect, test } from 'vitest';
import { cases } from './cases.ts';
import { readGolden, type Rendered } from './golden.ts';
import { allows, type End } from './network-policy.ts';

const golden = (chart: string, name: string): Rendered[] => readGolden(cases.find((each) => each.chart === chart && each.name === name)!);
const charts = [...golden('switchyard', 'default'), ...golden('switchyard-pipelines', 'default')];
const full = [...golden('switchyard', 'full'), ...golden('switchyard-pipelines', 'full')];

const ours = (component: string, namespace = 'ns'): End => ({
  namespace,
  labels: { 'app.kubernetes.io/name': 'switchyard', 'app.kubernetes.io/instance': 'r', 'app.kubernetes.io/component': component },
});
const step = (component: string): End => ({
  namespace: 'ns',
  labels: { 'app.kubernetes.io/part-of': 'switchyard-pipelines', 'app.kubernetes.io/component': component },
});
const served = (namespace = 'ns'): End => ({ namespace, labels: { 'app.kubernetes.io/managed-by': 'switchyard', 'seldon-app': 'digits' } });
const stranger = (namespace: string): End => ({ namespace, labels: { app: 'stranger' } });
const outside: End = {};
const dns = stranger('kube-system');

type Line = readonly [what: string, from: End, to: End, port: number, protocol?: 'UDP'];
const through = (policies: readonly Rendered[], lines: readonly Line[]): string[] =>
  lines.filter(([, from, to, port, protocol]) => allows(policies, { from, to, port, ...(protocol && { protocol }) })).map(([what]) => what);
const names = (lines: readonly Line[]): string[] => lines.map(([what]) => what);

const needed: readonly Line[] = [
  ['controller to API server', ours('controller'), outside, 443],
  ['controller to API server, behind its service', ours('controller'), outside, 6443],
  ['controller to DNS', ours('controller'), dns, 53, 'UDP'],
  ['a Prometheus of the namespace to the controller', stranger('ns'), ours('controller'), 8080],
  ['helm test to the controller', ours('test'), ours('controller'), 8080],
  ['helm test to what is served', ours('test'), served(), 8000],
  ['a gateway elsewhere to a router, REST', stranger('gateways'), served(), 8000],
  ['a gateway elsewhere to a router, gRPC', stranger('gateways'), served(), 5001],
  ['a Prometheus elsewhere to a router', stranger('monitoring'), served(), 8000],
  ['router to DNS', served(), dns, 53, 'UDP'],
  ['build to git', step('build'), outside, 9418],
  ['build to git, to packages, to registries', step('build'), outside, 443],
  ['build to a registry', step('build'), outside, 5000],
  ['build to DNS', step('build'), dns, 53, 'UDP'],
  ['gate to API server', step('gate'), outside, 443],
  ['submit to API server', step('submit'), outside, 6443],
  ['try to API server', step('try'), outside, 443],
  ['try to a router', step('try'), served(), 8000],
];

const refused: readonly Line[] = [
  ['a stranger elsewhere to the controller', stranger('elsewhere'), ours('controller'), 8080],
  ['a stranger to a unit behind its router', stranger('ns'), served(), 9000],
  ['controller to registries', ours('controller'), outside, 5000],
  ['controller to what is served', ours('controller'), served(), 8000],
  ['router to API server', served(), outside, 443],
  ['router to the controller', served(), ours('controller'), 8080],
  ['router to its neighbour', served(), served(), 8000],
  ['training to DNS', step('train'), dns, 53, 'UDP'],
  ['training to API server', step('train'), outside, 443],
  ['training to a router', step('train'), served(), 8000],
  ['build to a router', step('build'), served(), 8000],
  ['gate to a registry', step('gate'), outside, 5000],
  ['submit to packages', step('submit'), outside, 80],
  ['try to gRPC of a router', step('try'), served(), 5001],
  ['anybody to a step', stranger('ns'), step('train'), 80],
];

test('what the parts need goes through', () => {
  expect(through(charts, needed)).toEqual(names(needed));
});

test('nothing else of what was tried does', () => {
  expect(through(charts, refused)).toEqual([]);
});

test('without the policies all of it would', () => {
  expect(through([], refused)).toEqual(names(refused));
});

test('routers that take TLS have a port for metrics, which only monitoring reaches', () => {
  const named = JSON.parse(
    JSON.stringify(golden('switchyard', 'secured')).replaceAll('"monitoring":"yes"', '"kubernetes.io/metadata.name":"monitoring"'),
  ) as Rendered[];
  const lines: readonly Line[] = [
    ['a gateway to a router', stranger('gateways'), served(), 8000],
    ['monitoring to the metrics', stranger('monitoring'), served(), 8002],
    ['a stranger to the metrics', stranger('ns'), served(), 8002],
  ];
  expect(through(named, lines)).toEqual(names(lines).slice(0, 2));
  expect(through(charts, [lines[1] as Line])).toEqual([]);
});

test('with clients and monitoring named, only they reach what is served, and Redis only its routers', () => {
  const lines: readonly Line[] = [
    ['the gateway', stranger('gateway'), served('team-a'), 8000],
    ['monitoring of what is served', stranger('monitoring'), served('team-a'), 8000],
    ['monitoring of the controller', stranger('monitoring'), ours('controller'), 8080],
    ['helm test of the example', ours('test'), served('team-a'), 8000],
    ['routers to Redis', served('team-b'), ours('redis'), 6379],
    ['training to its data', step('train'), outside, 443],
    ['a stranger to what is served', stranger('team-a'), served('team-a'), 8000],
    ['a stranger to the controller', stranger('ns'), ours('controller'), 8080],
    ['a stranger to Redis', stranger('team-a'), ours('redis'), 6379],
    ['routers of a namespace that is not watched to Redis', served('team-c'), ours('redis'), 6379],
    ['Redis to anywhere', ours('redis'), outside, 443],
  ];
  // the example's peers select namespaces by labels of their own: here, by name
  const named = JSON.parse(
    JSON.stringify(full).replaceAll(/"(gateway|monitoring)":"yes"/g, '"kubernetes.io/metadata.name":"$1"'),
  ) as Rendered[];
  expect(through(named, lines)).toEqual(names(lines).slice(0, 6));
});
