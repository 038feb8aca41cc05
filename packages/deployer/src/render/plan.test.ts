import { expect, test } from 'vitest';
import { abTest, canary, single } from './test/manifests.ts';
import { rendered } from './test/rendered.ts';

test('what nothing here can do the work of is refused, all of it at once', () => {
  const manifest = JSON.parse(abTest);
  const [{ graph }] = manifest.spec.predictors;
  graph.children[0] = { name: 'iris', implementation: 'SKLEARN_SERVER', modelUri: 'gs://models/iris' };
  graph.children[1] = { name: 'boost', implementation: 'XGBOOST_SERVER', modelUri: 'gs://models/boost' };
  expect(() => rendered(JSON.stringify(manifest))).toThrow(
    /^mnist-classifier:\n {2}spec\.predictors\[0\]: iris: no component here does the work of SKLEARN_SERVER.*\n {2}spec\.predictors\[0\]: boost: .*XGBOOST_SERVER/,
  );
});

test('a runtime whose model nothing names is refused', () => {
  expect(() => rendered(canary.replace('name: model, value: digits-v2', 'name: other, value: x'))).toThrow(
    'spec.predictors[1]: reader: image switchyard/rf-runtime:0.2.0 is rf-runtime here, but nothing names its model',
  );
});

test('a deployment whose name no Service can have is refused', () => {
  expect(() => rendered(single.replaceAll('"mnist-classifier"', '"2018"'))).toThrow(
    '2018: metadata.name: is "2018"; it is the name of a Service too, which begins with a letter',
  );
});

test("a container may not have the router's name or its ports", () => {
  expect(() => rendered(canary.replace('name: log-shipper', 'name: ab-router'))).toThrow('a container is called "ab-router"');
  expect(() => rendered(canary.replace('containerPort: 9100', 'containerPort: 8000'))).toThrow(
    'containers "ab-router" and "clean" both listen on port 8000 of the pod',
  );
});

test('componentSpecs become one pod: lists are joined, what differs is refused', () => {
  const second = '        - spec:\n            containers:\n              - name: reader';
  const more = (fields: string): string => canary.replace(second, second.replace('containers:', `${fields}\n            containers:`));
  const [main] = rendered(more('tolerations: [{ key: spot }]'), { routes: 'none' }).filter(({ kind }) => kind === 'Deployment');
  expect(main).toHaveProperty('spec.template.spec.tolerations', [{ key: 'gpu', operator: 'Exists' }, { key: 'spot' }]);
  expect(() => rendered(more('nodeSelector: { disk: hdd }'))).toThrow(
    'spec.predictors[0]: its componentSpecs differ in nodeSelector, but run in one pod here',
  );
  expect(() =>
    rendered(more('volumes: [{ name: models, emptyDir: {} }]').replace(/(\n +)volumes: \[\{ name: models, pers.*\]/, '')),
  ).not.toThrow();
});

test('two volumes of one name must be one', () => {
  const again = canary.replace('claimName: models } }]', 'claimName: models } }, { name: models, emptyDir: {} }]');
  expect(() => rendered(again)).toThrow('two volumes are called "models", and differ');
});
