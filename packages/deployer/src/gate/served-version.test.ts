import { expect, test } from 'vitest';
import { servedVersion } from './served-version.ts';

const container = (name: string, image: string) => ({ name, image });
const unit = (name: string, parameters: Record<string, string>) => ({
  name,
  type: 'MODEL',
  parameters: Object.entries(parameters).map(([key, value]) => ({ name: key, value, type: 'STRING' })),
});

const object = (predictors: object[]) => ({
  apiVersion: 'machinelearning.seldon.io/v1',
  kind: 'SeldonDeployment',
  metadata: { name: 'digits' },
  spec: { predictors },
});

const predictor = (name: string, traffic: number, parameters: Record<string, string>, image = 'switchyard/rf-runtime:0.1.0') => ({
  name,
  traffic,
  componentSpecs: [{ spec: { containers: [container('model', image)] } }],
  graph: unit('model', parameters),
});

test('reads the version that the unit of a model is pinned to', () => {
  expect(servedVersion(object([predictor('main', 100, { model: 'forest', model_version: '3' })]), 'forest')).toEqual({
    kind: 'pinned',
    version: '3',
  });
});

test('looks at the predictor with most of the traffic', () => {
  const canary = predictor('canary', 10, { model: 'forest', model_version: '4' });
  const main = predictor('main', 90, { model: 'forest', model_version: '3' });
  expect(servedVersion(object([canary, main]), 'forest')).toEqual({ kind: 'pinned', version: '3' });
});

test('a unit that names no version serves the latest', () => {
  expect(servedVersion(object([predictor('main', 100, { model: 'forest' })]), 'forest')).toEqual({ kind: 'latest' });
});

test("knows the model of the seed's images", () => {
  expect(servedVersion(object([predictor('main', 100, {}, 'seldonio/skmnistclassifier_runtime:0.1')]), 'mnist-forest')).toEqual({
    kind: 'latest',
  });
});

test('a model that no unit serves is not in service', () => {
  expect(servedVersion(object([predictor('main', 100, { model: 'forest' })]), 'softmax')).toEqual({ kind: 'none' });
  expect(servedVersion(object([predictor('main', 100, {}, 'acme/other:1')]), 'softmax')).toEqual({ kind: 'none' });
});

test('reads it from the address of the model, too', () => {
  const main = predictor('main', 100, {});
  const at = (modelUri: string) => object([{ ...main, graph: { ...main.graph, modelUri } }]);
  expect(servedVersion(at('s3://bucket/models/forest/4'), 'forest')).toEqual({ kind: 'pinned', version: '4' });
  expect(servedVersion(at('s3://bucket/models/forest'), 'forest')).toEqual({ kind: 'latest' });
  expect(servedVersion(at('s3://bucket/models/softmax/4'), 'forest')).toEqual({ kind: 'none' });
});
