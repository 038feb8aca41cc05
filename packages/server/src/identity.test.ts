import { expect, test } from 'vitest';
import { imageTag, readIdentity, unitLabels } from './identity.ts';

test('the identity is what Seldon Core says in the environment', () => {
  const env = {
    SELDON_DEPLOYMENT_ID: 'mnist-classifier',
    PREDICTOR_ID: 'default',
    PREDICTOR_LABELS: '{"version":"v1"}',
    PREDICTIVE_UNIT_ID: 'rf-model',
    PREDICTIVE_UNIT_IMAGE: 'registry:5000/switchyard/rf-runtime:0.3@sha256:00',
  };
  expect(readIdentity({ modelName: 'ignored' }, env)).toEqual({
    deploymentName: 'mnist-classifier',
    predictorName: 'default',
    predictorVersion: 'v1',
    modelName: 'rf-model',
    modelImage: 'registry:5000/switchyard/rf-runtime:0.3@sha256:00',
    modelVersion: '0.3',
  });
});

test('what the environment does not say comes from the defaults, else is empty', () => {
  const identity = readIdentity({ modelName: 'm' }, { PREDICTOR_LABELS: 'no JSON' });
  expect(identity).toMatchObject({ modelName: 'm', deploymentName: '', predictorVersion: '', modelVersion: '' });
});

test.each([
  ['a', ''],
  ['a:1', '1'],
  ['host:5000/a', ''],
  ['host:5000/a:2.1@sha256:f', '2.1'],
])('the tag of %s is "%s"', (image, tag) => expect(imageTag(image)).toBe(tag));

test('metrics name the image apart from its tag and digest', () => {
  const labels = (modelImage: string) => unitLabels(readIdentity({ modelName: 'm', modelImage }, {}));
  expect(labels('host:5000/a:2.1@sha256:f')).toEqual({ modelName: 'm', modelImage: 'host:5000/a', modelVersion: '2.1' });
  expect(labels('host:5000/a')).toEqual({ modelName: 'm', modelImage: 'host:5000/a', modelVersion: '' });
});
