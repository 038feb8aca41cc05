import { expect, test } from 'vitest';
import { specHash, withSpecHash } from './spec-hash.ts';
import { abTest, bandit, single } from './test/manifests.ts';
import { one, rendered } from './test/rendered.ts';

const hashOf = (object: Parameters<typeof withSpecHash>[0]) => withSpecHash(object).metadata.annotations?.[specHash];
const object = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', namespace: 'b' }, spec: { ports: [1, 2] } };

test('the order of fields does not matter, all else does', () => {
  expect(hashOf({ spec: { ports: [1, 2] }, metadata: { namespace: 'b', name: 'a' }, kind: 'Service', apiVersion: 'v1' })).toBe(
    hashOf(object),
  );
  expect(hashOf({ ...object, spec: { ports: [2, 1] } })).not.toBe(hashOf(object));
  expect(hashOf({ ...object, metadata: { ...object.metadata, labels: { a: 'b' } } })).not.toBe(hashOf(object));
});

test('the Services of single, A-B and bandit are the same, their pods are not', () => {
  const hashes = (kind: string, name: string) =>
    new Set([single, abTest, bandit].map((each) => one(rendered(each), kind, name).metadata.annotations?.[specHash]));
  expect(hashes('Service', 'mnist-classifier-mnist-classifier').size).toBe(1);
  expect(hashes('Deployment', 'mnist-classifier-mnist-classifier').size).toBe(3);
});
