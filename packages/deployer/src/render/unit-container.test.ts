import { expect, test } from 'vitest';
import { bandit, canary, single } from './test/manifests.ts';
import { containerOf, envOf, rendered, workloads } from './test/rendered.ts';

const [pods] = workloads(rendered(bandit));
const [main, next, mirror] = workloads(rendered(canary, { registry: 'registry.test:5000' }));

test('each unit that needs one has a container, in the order of the manifest, before the router; built-ins need none', () => {
  expect(pods?.spec.template.spec.containers.map(({ name }) => name)).toEqual(['tf-model', 'sk-model', 'ab-router']);
});

test('a runtime is told who it is in the graph, which model it serves and where', () => {
  expect(envOf(containerOf(pods, 'sk-model'))).toEqual({
    PREDICTIVE_UNIT_SERVICE_PORT: '9001',
    PREDICTIVE_UNIT_HTTP_SERVICE_PORT: '9001',
    PREDICTIVE_UNIT_GRPC_SERVICE_PORT: '9501',
    PREDICTIVE_UNIT_ID: 'sk-model',
    PREDICTIVE_UNIT_IMAGE: 'seldonio/skmnistclassifier_runtime:0.1',
    PREDICTIVE_UNIT_PARAMETERS: '[]',
    PREDICTOR_ID: 'mnist-classifier',
    PREDICTOR_LABELS: '{"version":"v1"}',
    SELDON_DEPLOYMENT_ID: 'mnist-classifier',
    SWITCHYARD_NAMESPACE: 'default',
    SWITCHYARD_MODEL: 'mnist-forest',
    SWITCHYARD_STORE: '/data',
  });
});

test('images: ours in the place of those of 2018, our bare names in our registry, a registry of its own kept, those of others kept', () => {
  expect(containerOf(workloads(rendered(single, { tag: '0.9.0' }))[0], 'tf-model').image).toBe('switchyard/tf-runtime:0.9.0');
  expect(containerOf(main, 'reader').image).toBe('ghcr.io/acme/switchyard/tf-runtime:1.2');
  expect(containerOf(next, 'reader').image).toBe('registry.test:5000/switchyard/rf-runtime:0.2.0');
  expect(containerOf(mirror, 'reader').image).toBe('registry.test:5000/switchyard/rf-runtime:0.1.0');
  expect(containerOf(main, 'clean').image).toBe('acme/clean:2');
  const componentImages = { 'rf-runtime': 'acme/forest@sha256:0abc' };
  expect(containerOf(workloads(rendered(canary, { componentImages }))[2], 'reader').image).toBe('acme/forest@sha256:0abc');
});

test("a runtime's model store is read-only, and all that it may write is /tmp", () => {
  const reader = containerOf(main, 'reader');
  expect(reader['volumeMounts']).toEqual([
    { name: 'models', mountPath: '/models', readOnly: true },
    { name: 'switchyard-tmp', mountPath: '/tmp' },
  ]);
  expect(envOf(reader)).toMatchObject({ SWITCHYARD_STORE: '/models', SWITCHYARD_MODEL: 'digits-v1' });
  expect(reader['securityContext']).toMatchObject({ readOnlyRootFilesystem: true });
});

test('a runtime reads its model from the address of an object store, with the credentials of a secret', () => {
  const parameters = '"parameters":[{"name":"verbose","value":"1","type":"BOOL"}],';
  const at = (fields: string): string => single.replace('"children":[]', `${fields}"children":[]`);
  const model = (fields: string) => containerOf(workloads(rendered(at(fields)))[0], 'tf-model');
  const named = model(`${parameters}"modelUri":"s3://bucket/models/digits/3","envSecretRefName":"bucket-keys",`);
  expect(envOf(named)).toMatchObject({
    SWITCHYARD_STORE: 's3://bucket/models',
    SWITCHYARD_MODEL: 'digits',
    SWITCHYARD_MODEL_VERSION: '3',
  });
  expect(named['envFrom']).toEqual([{ secretRef: { name: 'bucket-keys' } }]);
  const pinned = '"parameters":[{"name":"model","value":"letters","type":"STRING"},{"name":"model_version","value":"7","type":"INT"}],';
  const store = envOf(model(`${pinned}"modelUri":"gs://bucket/models",`));
  expect(store).toMatchObject({ SWITCHYARD_STORE: 'gs://bucket/models', SWITCHYARD_MODEL: 'letters' });
  expect(store).not.toHaveProperty('SWITCHYARD_MODEL_VERSION'); // the parameter says it
  expect(envOf(model('"modelUri":"",'))).toMatchObject({ SWITCHYARD_STORE: '/data' });
});

test("a model's name may come from a secret or a config map", () => {
  const valueFrom = { configMapKeyRef: { name: 'models', key: 'digits' } };
  const manifest = canary.replace('value: digits-v1', `valueFrom: ${JSON.stringify(valueFrom)}`);
  expect(envOf(containerOf(workloads(rendered(manifest))[0], 'reader'))['SWITCHYARD_MODEL']).toEqual(valueFrom);
});

test('what the manifest says of a container is carried over; ports and identity are the graph’s', () => {
  const clean = containerOf(main, 'clean');
  expect(clean).toMatchObject({
    args: ['--fast'],
    envFrom: [{ configMapRef: { name: 'clean' } }],
    readinessProbe: { httpGet: { path: '/up', port: 9100 } },
    resources: { limits: { 'nvidia.com/gpu': 1 } },
    securityContext: { runAsUser: 8888, allowPrivilegeEscalation: false },
  });
  expect(clean['readinessProbe']).not.toHaveProperty('tcpSocket');
  expect(envOf(clean)).toMatchObject({
    TOKEN: { secretKeyRef: { name: 'token', key: 'value' } },
    PREDICTIVE_UNIT_ID: 'clean',
    PREDICTOR_LABELS: '{"version":"v7","tier":"gold"}',
  });
  expect(clean.env.filter(({ name }) => name === 'PREDICTIVE_UNIT_ID')).toHaveLength(1);
});

test('a port that the manifest names http is the one that the unit is called at', () => {
  const clean = containerOf(main, 'clean');
  expect(clean['ports']).toEqual([
    { name: 'http', containerPort: 9100 },
    { containerPort: 9500, protocol: 'TCP' },
  ]);
  expect(envOf(clean)).toMatchObject({ PREDICTIVE_UNIT_HTTP_SERVICE_PORT: '9100', PREDICTIVE_UNIT_SERVICE_PORT: '9500' }); // by gRPC
  expect(clean['livenessProbe']).toMatchObject({ tcpSocket: { port: 9500 } });
});

test("a parameter's dollar sign is not taken for a variable of Kubernetes", () => {
  expect(envOf(containerOf(main, 'clean'))['PREDICTIVE_UNIT_PARAMETERS']).toBe('[{"name":"price","value":"$$(USD)","type":"STRING"}]');
});

test('a container of no unit runs as it is written', () => {
  expect(containerOf(main, 'log-shipper')).toEqual({
    name: 'log-shipper',
    image: 'acme/log-shipper:1',
    terminationMessagePolicy: 'FallbackToLogsOnError',
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  });
});

test('ports follow the place in the pod, over several componentSpecs', () => {
  expect(envOf(containerOf(main, 'reader'))['PREDICTIVE_UNIT_HTTP_SERVICE_PORT']).toBe('9002');
});
