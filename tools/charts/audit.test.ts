import { expect, test } from 'vitest';
import { audit, requestsOf, rightsOf, sentence } from './audit.ts';
import { cases } from './cases.ts';
import { readGolden, type Rendered } from './golden.ts';

const account = (rules: object[], name = 'pipe'): Rendered[] => [
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name, namespace: 'ns' }, rules },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: `${name}-binding`, namespace: 'ns' },
    roleRef: { kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace: 'ns' }],
  },
];

const event = (verb: string, objectRef: object | undefined, more: object = {}): string =>
  JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    stage: 'ResponseComplete',
    verb,
    user: { username: 'system:serviceaccount:ns:pipe' },
    objectRef,
    responseStatus: { code: 200 },
    annotations: { 'authorization.k8s.io/decision': 'allow' },
    ...more,
  });

const jobs = { resource: 'jobs', apiGroup: 'batch', namespace: 'ns' };
const forbidden = { responseStatus: { code: 403 }, annotations: { 'authorization.k8s.io/decision': 'forbid' } };
const found = (rules: object[], ...lines: string[]) => {
  const { unused, refused, used } = audit(rightsOf(account(rules)), requestsOf(lines.join('\n')));
  return { unused: unused.map(sentence), refused: refused.map(sentence), used };
};

test('a verb that is granted and never used is named, and one that is used is not', () => {
  const rules = [{ apiGroups: ['batch'], resources: ['jobs'], verbs: ['create', 'get', 'delete'] }];
  expect(found(rules, event('create', jobs), event('get', { ...jobs, name: 'a' }))).toEqual({
    unused: ['ns/pipe: delete jobs.batch in ns'],
    refused: [],
    used: 2,
  });
});

test('what was refused is named once, and makes no right a used one', () => {
  const rules = [{ apiGroups: ['batch'], resources: ['jobs'], verbs: ['create'] }];
  const secrets = { resource: 'secrets', namespace: 'ns' };
  expect(found(rules, event('list', secrets, forbidden), event('list', secrets, forbidden), event('create', jobs, forbidden))).toEqual({
    unused: ['ns/pipe: create jobs.batch in ns'],
    refused: ['ns/pipe: list secrets in ns', 'ns/pipe: create jobs.batch in ns'],
    used: 0,
  });
});

test('an object, a subresource, a namespace and an account of another name use nothing', () => {
  const rules = [
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames: ['mine'], verbs: ['get'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
  ];
  const lease = { resource: 'leases', apiGroup: 'coordination.k8s.io', namespace: 'ns' };
  const other = { user: { username: 'system:serviceaccount:ns:other' } };
  const strangers = [
    event('get', { ...lease, name: 'theirs' }),
    event('get', { resource: 'pods', subresource: 'log', namespace: 'ns', name: 'a' }),
    event('get', { resource: 'pods', namespace: 'elsewhere', name: 'a' }),
    event('get', { resource: 'pods', namespace: 'ns', name: 'a' }, other),
    event('list', { resource: 'nodes' }, { ...other, ...forbidden }),
  ];
  expect(found(rules, ...strangers)).toMatchObject({ used: 0, refused: [] });
  expect(found(rules, ...strangers, event('get', { ...lease, name: 'mine' }))).toMatchObject({ used: 1 });
});

test('a server-side apply that makes its object uses patch and create; one that changes it, patch alone', () => {
  const rules = [{ apiGroups: ['batch'], resources: ['jobs'], verbs: ['create', 'patch'] }];
  expect(found(rules, event('patch', jobs)).unused).toEqual(['ns/pipe: create jobs.batch in ns']);
  expect(found(rules, event('patch', jobs, { responseStatus: { code: 201 } })).unused).toEqual([]);
});

test('discovery, broken lines and requests without an answer are passed over; a watch counts from its start', () => {
  const rules = [{ apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'watch'] }];
  const received = event('get', { ...jobs, name: 'a' }, { stage: 'RequestReceived', responseStatus: undefined });
  const begun = event('watch', jobs, { stage: 'ResponseStarted' });
  expect(found(rules, event('get', undefined), received, '{"kind":"Ev', '', begun)).toEqual({
    unused: ['ns/pipe: get jobs.batch in ns'],
    refused: [],
    used: 1,
  });
});

test('objects may come as kubectl lists them', () => {
  const items = account([{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }]);
  expect(rightsOf([{ apiVersion: 'v1', kind: 'List', metadata: { name: '' }, items }]).map(sentence)).toEqual(['ns/pipe: list pods in ns']);
});

test('every rule of the charts is taken in', () => {
  for (const which of cases.filter(({ chart }) => chart !== 'switchyard-analytics')) {
    const golden = readGolden(which);
    const verbs = golden
      .filter(({ kind }) => kind === 'Role')
      .flatMap(({ rules }) =>
        (rules as { resources: string[]; verbs: string[] }[]).map((each) => each.resources.length * each.verbs.length),
      );
    expect(rightsOf(golden)).toHaveLength(verbs.reduce((sum, each) => sum + each, 0));
  }
});
