import { ApiException } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { ClusterError } from './cluster-error.ts';
import { explainFailure } from './explain-failure.ts';

const subject = { server: 'https://10.0.0.1:6443', task: 'apply Deployment dev/mnist', user: 'user "ci" of context "prod"' };
const answer = (code: number, status: object | string) =>
  explainFailure(new ApiException(code, 'failed', typeof status === 'string' ? status : JSON.stringify(status), {}), subject);
const connection = (code: string, message = code) =>
  explainFailure(new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) }), subject);

test.each([
  [
    401,
    { message: 'Unauthorized' },
    'unauthorized',
    'apply Deployment dev/mnist: https://10.0.0.1:6443 does not accept the credentials of user "ci" of context "prod"',
  ],
  [
    403,
    {
      message:
        'deployments.apps "mnist" is forbidden: User "ci" cannot patch resource "deployments" in API group "apps" in the namespace "dev"',
    },
    'forbidden',
    'apply Deployment dev/mnist: deployments.apps "mnist" is forbidden: User "ci" cannot patch resource "deployments" in API group "apps" in the namespace "dev"',
  ],
  [404, { message: 'namespaces "dev" not found' }, 'not-found', 'apply Deployment dev/mnist: namespaces "dev" not found'],
  [409, { message: 'already exists', reason: 'AlreadyExists' }, 'exists', 'apply Deployment dev/mnist: already exists'],
  [422, { message: 'spec.replicas: Invalid value: -1' }, 'invalid', 'apply Deployment dev/mnist: spec.replicas: Invalid value: -1'],
  [
    500,
    { message: 'failed to create typed patch object: .spec.x: field not declared in schema' },
    'invalid',
    'apply Deployment dev/mnist: failed to create typed patch object: .spec.x: field not declared in schema',
  ],
  [500, { message: 'etcdserver: leader changed' }, 'other', 'apply Deployment dev/mnist: etcdserver: leader changed'],
  [503, '<html>proxy</html>', 'other', 'apply Deployment dev/mnist: <html>proxy</html>'],
  [502, '', 'other', 'apply Deployment dev/mnist: HTTP 502'],
])('an answer %i %j is a ClusterError "%s" in words', (code, status, reason, message) => {
  const error = answer(code, status);
  expect(error).toBeInstanceOf(ClusterError);
  expect(error).toMatchObject({ reason, message, status: code });
});

test('a conflict names the other manager and the fields that it has', () => {
  const causes = [
    { reason: 'FieldManagerConflict', message: 'conflict with "kubectl-edit" using apps/v1', field: '.spec.replicas' },
    { reason: 'FieldManagerConflict', message: 'conflict with "hpa" using apps/v1', field: '.spec.paused' },
    { reason: 'FieldManagerConflict', message: 'conflict with "kubectl-edit" using apps/v1', field: '.spec.minReadySeconds' },
  ];
  expect(answer(409, { message: 'Apply failed with 3 conflicts', reason: 'Conflict', details: { causes } })).toMatchObject({
    reason: 'conflict',
    message:
      'apply Deployment dev/mnist: fields belong to another manager: kubectl-edit has .spec.replicas, .spec.minReadySeconds; hpa has .spec.paused. --force takes them over',
  });
});

test.each([
  ['ECONNREFUSED', 'nothing listens there (ECONNREFUSED)'],
  ['ENOTFOUND', 'its name is not known (ENOTFOUND)'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate is of an authority that the kubeconfig does not name (SELF_SIGNED_CERT_IN_CHAIN)'],
])('a connection that fails with %s says the address and why', (code, words) => {
  expect(connection(code)).toMatchObject({
    reason: 'unreachable',
    message: `the API server https://10.0.0.1:6443 is not reached: ${words}`,
  });
});

test('a code that nobody foresaw comes with what was said of it', () => {
  expect(connection('ERR_SSL_WRONG_VERSION_NUMBER', 'wrong version number').message).toContain(
    'wrong version number (ERR_SSL_WRONG_VERSION_NUMBER)',
  );
});

test('an error of ours, and one that is no failure of a call, come back as they are', () => {
  const bug = new RangeError('index');
  expect(explainFailure(bug, subject)).toBe(bug);
  const known = new ClusterError('gone', 'gone');
  expect(explainFailure(known, subject)).toBe(known);
});
