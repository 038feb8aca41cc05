import { expect, test } from 'vitest';
import { encodePredictor } from './engine.ts';
import { parseDeployment, parsePredictor } from './parse.ts';
import { manifest, model } from './test/manifest.ts';

const workloadOf = (predictor: object) => parseDeployment(manifest(model('a'), predictor)).predictors[0]?.workload;

test("a pod's own fields, labels and whole containers are kept as they were written", () => {
  const container = {
    name: 'a',
    image: 'acme/a:1',
    resources: { limits: { 'nvidia.com/gpu': 1 } },
    env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'token', key: 'value' } } }],
  };
  const spec = { nodeSelector: { disk: 'ssd' }, containers: [container], volumes: [{ name: 'v', emptyDir: {} }] };
  const metadata = { labels: { version: 2 }, annotations: { 'example.com/x': 'y' } };
  expect(workloadOf({ componentSpecs: [{ metadata, spec }] })).toEqual({
    pods: [
      {
        labels: { version: '2' },
        annotations: { 'example.com/x': 'y' },
        spec: { nodeSelector: { disk: 'ssd' } },
        containers: [container],
      },
    ],
    orchestrator: { env: [] },
  });
});

test("a probe in the form of Kubernetes' proto is read as Kubernetes' JSON has it", () => {
  const container = { name: 'a', image: 'acme/a:1', readinessProbe: { handler: { tcpSocket: { port: 1 } }, periodSeconds: 5 } };
  const pod = { spec: { containers: [container], initContainers: [{ ...container, name: 'first' }] } };
  const [read] = workloadOf({ componentSpecs: undefined, componentSpec: pod })?.pods ?? [];
  const probe = { tcpSocket: { port: 1 }, periodSeconds: 5 };
  expect(read?.containers).toEqual([{ ...container, readinessProbe: probe }]);
  expect(read?.spec['initContainers']).toEqual([{ ...container, name: 'first', readinessProbe: probe }]);
});

test("the router's resources come from svcOrchSpec, else from the engineResources of 2018", () => {
  const resources = { requests: { cpu: '1' } };
  const env = [{ name: 'A', value: 'b' }];
  expect(workloadOf({ svcOrchSpec: { env, resources }, engineResources: {} })?.orchestrator).toEqual({ env, resources });
  expect(workloadOf({ engineResources: resources })?.orchestrator).toEqual({ env: [], resources });
});

test('what is not supported is warned of by path', () => {
  const componentSpecs = [{ hpaSpec: { maxReplicas: 3 }, spec: { containers: [{ name: 'a', image: 'acme/a:1' }] } }];
  expect(parseDeployment(manifest(model('a'), { componentSpecs })).warnings).toEqual([
    'spec.predictors[0].componentSpecs[0].hpaSpec is not supported here and is ignored',
  ]);
});

test('an engine is told nothing of it', () => {
  const env = [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'token', key: 'value' } } }];
  const raw = { name: 'main', graph: model('a'), componentSpecs: [{ spec: { containers: [{ name: 'a', image: 'acme/a:1', env }] } }] };
  const predictor = parsePredictor(raw);
  expect(predictor).not.toHaveProperty('workload');
  const [deployed] = parseDeployment(manifest(model('a'))).predictors;
  if (deployed === undefined) throw new Error('no predictor');
  expect(Buffer.from(encodePredictor(deployed), 'base64').toString()).not.toContain('workload');
});
