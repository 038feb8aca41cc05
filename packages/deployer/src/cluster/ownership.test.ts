import { expect, test } from 'vitest';
import { ClusterError } from './cluster-error.ts';
import type { LiveObject, Reference } from './live-object.ts';
import { findForeign, whoseElse } from './ownership.ts';

const service = (name: string, labels: Record<string, string> = {}): LiveObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'n', uid: 'u', resourceVersion: '1', creationTimestamp: '', labels },
});
const ours = { 'app.kubernetes.io/managed-by': 'switchyard' };

test('an object of the same deployment is its own', () => {
  expect(whoseElse(service('a-b', { ...ours, 'seldon-deployment-id': 'a' }), 'a')).toBeUndefined();
});

test('an object of another deployment is told with both owners', () => {
  expect(whoseElse(service('a-b', { ...ours, 'seldon-deployment-id': 'a-b' }), 'a')).toBe(
    'Service n/a-b belongs to the deployment "a-b", and the deployment "a" would have one of the same name: rename one of them, or its predictor',
  );
});

test('what switchyard has not made is not its own, whatever deployment it is of', () => {
  for (const labels of [{}, { 'seldon-deployment-id': 'a', 'app.kubernetes.io/managed-by': 'seldon' }])
    expect(whoseElse(service('a', labels), 'a')).toMatch(/^Service n\/a is there already and was not made by switchyard/);
});

test('of the objects wanted those that are foreign are told; what is not there, or of a kind that is not there, is not', async () => {
  const there = new Map(
    [service('mine', { ...ours, 'seldon-deployment-id': 'a' }), service('taken')].map((each) => [each.metadata.name, each]),
  );
  const get = async ({ kind, metadata }: Reference): Promise<LiveObject | undefined> => {
    if (kind === 'HTTPRoute') throw new ClusterError('unknown-kind', 'no routes here');
    return there.get(metadata.name);
  };
  const wanted = [service('mine'), service('taken'), service('new'), { ...service('a'), kind: 'HTTPRoute' }];
  expect(await findForeign({ get }, wanted, 'a')).toEqual([expect.stringMatching(/^Service n\/taken is there already/)]);
  const refuse = async (): Promise<never> => {
    throw new ClusterError('forbidden', 'not yours');
  };
  await expect(findForeign({ get: refuse }, wanted, 'a')).rejects.toThrow('not yours');
});
