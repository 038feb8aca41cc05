import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readRenderOptions } from '../../packages/deployer/src/commands/render-options.ts';
import { renderOptions } from '../../packages/deployer/src/render/options.ts';
import { cases } from './cases.ts';
import { goldenFile, readGolden, root, sourceDigest } from './golden.ts';
import { podsOf } from './pods.ts';
import { breaches } from './restricted.ts';
import { readmeOf, readValues, withTable } from './values-table.ts';

const charts = [...new Set(cases.map(({ chart }) => chart))];
const objects = cases.flatMap((each) => readGolden(each));
const read = (path: string): string => readFileSync(`${root}/${path}`, 'utf8');

test.each(cases)('the golden of $chart, $name, is of the chart as it is', (which) => {
  const first = readFileSync(goldenFile(which), 'utf8').slice(2, 66);
  expect(first, 'run: node tools/charts/check.ts --write').toBe(sourceDigest(which));
});

test('every container is restricted, save for the builders of images', () => {
  const pods = objects.flatMap(podsOf);
  expect(pods.length).toBeGreaterThan(15);
  const [builders, others] = [true, false].map((builder) =>
    [...new Set(pods.flatMap(breaches))].filter((each) => /build-(buildkit, main|dind, dind) /.test(each) === builder),
  );
  expect(others).toEqual([]);
  expect(builders).toEqual([
    'WorkflowTemplate switchyard-steps, build-buildkit, main may gain privileges',
    'WorkflowTemplate switchyard-steps, build-buildkit, main keeps capabilities',
    'WorkflowTemplate switchyard-steps, build-buildkit, main has no filter of system calls',
    'WorkflowTemplate switchyard-steps, build-buildkit, main writes its root file system',
    'WorkflowTemplate switchyard-steps, build-dind, dind is privileged',
    'WorkflowTemplate switchyard-steps, build-dind, dind may gain privileges',
    'WorkflowTemplate switchyard-steps, build-dind, dind may run as root',
    'WorkflowTemplate switchyard-steps, build-dind, dind runs as root',
    'WorkflowTemplate switchyard-steps, build-dind, dind keeps capabilities',
    'WorkflowTemplate switchyard-steps, build-dind, dind writes its root file system',
  ]);
});

test('a pod has no token of a service account unless it talks to the API server', () => {
  const withToken = objects.flatMap(podsOf).filter((pod) => pod.automountServiceAccountToken !== false);
  expect(new Set(withToken.map(({ of }) => of.replace(/ (r|switchyard-steps)\b.*/, '')))).toEqual(
    new Set(['Deployment', 'WorkflowTemplate']),
  ); // the controller, Argo's steps
});

test('permissions are of namespaces, and without wildcards', () => {
  expect(objects.filter(({ kind }) => kind.startsWith('ClusterRole'))).toEqual([]);
  const roles = objects.filter(({ kind }) => kind === 'Role');
  expect(roles.length).toBeGreaterThan(5);
  for (const role of roles) {
    for (const rule of role['rules'] as { apiGroups: string[]; resources: string[]; verbs: string[] }[]) {
      const words = [...rule.apiGroups, ...rule.resources, ...rule.verbs];
      expect(
        words.filter(
          (word) => word.includes('*') || ['escalate', 'bind', 'impersonate', 'secrets', 'pods/exec', 'deletecollection'].includes(word),
        ),
      ).toEqual([]);
    }
  }
});

test('every role is bound to a service account that is there, in the namespace of the release', () => {
  for (const which of cases.filter(({ chart }) => chart !== 'switchyard-analytics')) {
    const rendered = readGolden(which);
    const accounts = rendered.filter(({ kind }) => kind === 'ServiceAccount').map(({ metadata }) => metadata.name);
    const bindings = rendered.filter(({ kind }) => kind === 'RoleBinding');
    expect(bindings.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual(
      rendered.filter(({ kind }) => kind === 'Role').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
    );
    for (const { subjects } of bindings as unknown as { subjects: { name: string; namespace: string }[] }[])
      expect(subjects.map(({ name, namespace }) => [accounts.includes(name), namespace])).toEqual([[true, 'ns']]);
  }
});

test('docs/rbac.md has every rule', () => {
  const documented = read('docs/rbac.md');
  const missing = objects
    .filter(({ kind }) => kind === 'Role')
    .flatMap(({ rules }) =>
      (rules as { resources: string[]; verbs: string[] }[]).flatMap(({ resources, verbs }) =>
        resources.map((each) => `| \`${each}\` | ${verbs.join(', ')} |`),
      ),
    );
  expect([...new Set(missing)].filter((row) => !documented.includes(row))).toEqual([]);
});

test('each namespace that is watched has its Role', () => {
  const full = readGolden(cases.find(({ chart, name }) => chart === 'switchyard' && name === 'full')!);
  const roles = full.filter(({ kind, metadata }) => kind === 'Role' && metadata.name === 'r-controller');
  expect(roles.map(({ metadata }) => metadata.namespace)).toEqual(['team-a', 'team-b']);
});

test('the options of rendering are those that the deployer takes', () => {
  const maps = objects.filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'r-render');
  const options = maps.map(({ data }) => renderOptions.parse(parse((data as Record<string, string>)['options.yaml']!)));
  expect(options.map(({ registry, tag, routes, state }) => ({ registry, tag, routes, state }))).toEqual([
    { registry: '', tag: '0.1.0', routes: 'gateway', state: undefined },
    { registry: 'ghcr.io/acme', tag: '9.9.9', routes: 'gateway', state: { secretKeyRef: { name: 'r-state', key: 'url' } } },
    { registry: '', tag: '0.1.0', routes: 'emissary', state: 'redis://there:6379' },
    { registry: '', tag: '0.1.0', routes: 'gateway', state: undefined },
    { registry: '', tag: '0.1.0', routes: 'gateway', state: undefined },
  ]);
  expect(options[3]).toMatchObject({
    security: {
      credentials: { secret: 'clients', predict: 'predict', feedback: 'judges', admin: 'operators', units: 'router' },
      tls: { secret: 'serving-tls', clientCaSecret: 'clients-ca' },
      unitTls: { secret: 'unit-tls', serverName: 'units.shop', mutual: true },
    },
    requestLog: { url: 'https://sink.logs', mode: 'all', sample: 0.1, token: { secretKeyRef: { name: 'sink', key: 'token' } } },
  });
  const standard = renderOptions.parse({});
  expect([options[0]?.security, options[0]?.requestLog]).toEqual([standard.security, standard.requestLog]); // the same where nothing is said
});

test('traffic is denied first, for all pods of a release', () => {
  for (const [chart, labels] of [
    ['switchyard', { 'app.kubernetes.io/name': 'switchyard', 'app.kubernetes.io/instance': 'r' }],
    ['switchyard-pipelines', { 'app.kubernetes.io/part-of': 'switchyard-pipelines' }],
  ] as const) {
    const policies = readGolden(cases.find((each) => each.chart === chart)!).filter(({ kind }) => kind === 'NetworkPolicy');
    expect(policies[0]).toMatchObject({
      metadata: { name: 'r-deny' },
      spec: { podSelector: { matchLabels: labels }, policyTypes: ['Ingress', 'Egress'] },
    });
    expect(policies[0]!['spec']).not.toHaveProperty('egress');
  }
});

test('the values that docs/security.md sets are values of the chart, which the deployer takes', () => {
  const [, command = ''] = /```sh cluster\n(.*?)```/s.exec(read('docs/security.md')) ?? [];
  const set = [...command.matchAll(/--set (\S+)=(\S+)/g)].map(([, path = '', value = '']) => [path, value] as const);
  expect(set.length).toBeGreaterThan(2);
  const known = readValues('switchyard').map(({ path }) => path);
  expect(set.map(([path]) => path).filter((path) => !known.includes(path))).toEqual([]);
  const options = readRenderOptions({ set: set.map(([path, value]) => `${path.replace('render.', '')}=${value}`) });
  expect(options.security).toMatchObject({ credentials: { secret: 'clients', units: 'router' }, tls: { secret: 'serving-tls' } });
});

test.each(charts)('%s: every value has a comment', (chart) => {
  const values = readValues(chart);
  expect(values.length).toBeGreaterThan(4);
  expect(values.filter(({ says }) => says === '').map(({ path }) => path)).toEqual([]);
});

test.each(charts)('%s: the schema knows every value, and no other', (chart) => {
  const schema = JSON.parse(read(`charts/${chart}/values.schema.json`)) as Schema;
  const stated = readValues(chart).map(({ path }) => path);
  expect(stated.filter((path) => !knows(schema, path.split('.')))).toEqual([]);
  const open = ['global', 'render'];
  const known = Object.entries(schema.properties!)
    .filter(([key]) => !open.includes(key))
    .flatMap(([key, inner]) => leaves(inner, key));
  expect(known.filter((path) => !stated.some((each) => each === path || path.startsWith(`${each}.`)))).toEqual([]);
});

test.each(charts)('%s: the table of values in its README is of its values', (chart) => {
  expect(readmeOf(chart), 'run: node tools/charts/check.ts --write').toBe(withTable(chart));
});

test.each(charts)('%s: the chart has the version of what it installs', (chart) => {
  const { version, appVersion } = parse(read(`charts/${chart}/Chart.yaml`)) as { version: string; appVersion: string };
  const component = JSON.parse(read('packages/deployer/package.json')) as { version: string };
  expect([version, appVersion]).toEqual([component.version, component.version]);
});

type Schema = { readonly properties?: Readonly<Record<string, Schema>> };

function knows(schema: Schema, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true;
  const inner = schema.properties?.[key];
  return inner !== undefined && knows(inner, rest);
}

function leaves({ properties }: Schema, path: string): string[] {
  return properties === undefined ? [path] : Object.entries(properties).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));
}
