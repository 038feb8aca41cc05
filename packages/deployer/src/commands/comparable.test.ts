import { expect, test } from 'vitest';
import { comparable } from './comparable.ts';

const object = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'mnist',
    uid: 'u',
    generation: 4,
    resourceVersion: '7',
    managedFields: [{}],
    annotations: { 'deployment.kubernetes.io/revision': '3', mine: 'yes' },
  },
  spec: { replicas: 1, containers: [{ image: 'a:1', env: [{ name: 'PORT', value: '1' }], name: 'model' }] },
  status: { replicas: 1 },
};

test('an object is compared without its status, what the server keeps, and what controllers note; names come first', () => {
  expect(comparable(object)).toBe(
    `apiVersion: apps/v1
kind: Deployment
metadata:
  name: mnist
  annotations:
    mine: "yes"
spec:
  containers:
    - name: model
      env:
        - name: PORT
          value: "1"
      image: a:1
  replicas: 1
`,
  );
});

test('the order of fields makes no difference', () => {
  const { spec, ...rest } = object;
  const turned = { spec: Object.fromEntries(Object.entries(spec).toReversed()), ...rest };
  expect(comparable(turned as typeof object)).toBe(comparable(object));
});

test('a graph is shown as what it says', () => {
  const value = Buffer.from('{"name":"main"}').toString('base64');
  const text = comparable({ ...object, spec: { env: [{ name: 'ENGINE_PREDICTOR', value }] } });
  expect(text).toContain('value, decoded:\n        name: main\n');
});

test('nothing is empty', () => {
  expect(comparable(undefined)).toBe('');
});
