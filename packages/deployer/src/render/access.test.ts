import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { routerAccess } from './access.ts';
import { renderOptions, type RenderOptionsInput } from './options.ts';
import { bandit, canary } from './test/manifests.ts';
import { containerOf, envOf, one, rendered, workloads } from './test/rendered.ts';
import { violations } from './test/restricted.ts';

const folder = '/etc/switchyard/security';
const secured: RenderOptionsInput = {
  security: {
    credentials: { secret: 'clients', feedback: 'judges' },
    tls: { secret: 'serving-tls', clientCaSecret: 'clients-ca' },
  },
};

test('nothing is mounted where nothing is asked for', () => {
  const options = renderOptions.parse({});
  expect(routerAccess({ options, units: [] })).toEqual({ env: [], mounts: [], volumes: [] });
});

test('the router is told of credentials and certificates, which are mounted from their Secrets, each key alone and all in one volume', () => {
  const [workload] = workloads(rendered(bandit, secured));
  const router = containerOf(workload, 'ab-router');
  expect(envOf(router)).toMatchObject({
    SWITCHYARD_AUTH_FILE: `${folder}/predict`,
    SWITCHYARD_AUTH_FEEDBACK_FILE: `${folder}/feedback`,
    SWITCHYARD_TLS_CERT: `${folder}/tls.crt`,
    SWITCHYARD_TLS_KEY: `${folder}/tls.key`,
    SWITCHYARD_TLS_CLIENT_CA: `${folder}/client-ca.crt`,
    SWITCHYARD_PROBE_PORT: '8002',
  });
  expect(envOf(router)).not.toHaveProperty('SWITCHYARD_AUTH_ADMIN_FILE');
  expect(router['volumeMounts']).toEqual([{ name: 'switchyard-router-security', mountPath: folder, readOnly: true }]);
  expect(workload?.spec.template.spec['volumes']).toContainEqual({
    name: 'switchyard-router-security',
    projected: {
      defaultMode: 0o440, // for the pod's group, 1000
      sources: [
        {
          secret: {
            name: 'clients',
            items: [
              { key: 'predict', path: 'predict' },
              { key: 'judges', path: 'feedback' },
            ],
          },
        },
        {
          secret: {
            name: 'serving-tls',
            items: [
              { key: 'tls.crt', path: 'tls.crt' },
              { key: 'tls.key', path: 'tls.key' },
            ],
          },
        },
        { secret: { name: 'clients-ca', items: [{ key: 'ca.crt', path: 'client-ca.crt' }] } },
      ],
    },
  });
  expect(violations(workload?.spec.template.spec ?? {})).toEqual([]);
});

test('no container but the router sees them', () => {
  const [workload] = workloads(rendered(canary, secured));
  const others = workload?.spec.template.spec.containers.filter(({ name }) => name !== 'ab-router');
  expect(JSON.stringify(others)).not.toContain('security"');
});

test('probes and metrics of a router that takes TLS have a port of their own', () => {
  const objects = rendered(bandit, secured);
  const [workload] = workloads(objects);
  const router = containerOf(workload, 'ab-router');
  for (const [probe, path] of [
    ['startupProbe', '/live'],
    ['livenessProbe', '/live'],
    ['readinessProbe', '/ready'],
  ] as const)
    expect(router[probe]).toMatchObject({ httpGet: { path, port: 8002 } });
  expect(router['ports']).toContainEqual({ name: 'metrics', containerPort: 8002, protocol: 'TCP' });
  expect(workload?.spec.template.metadata.annotations).toMatchObject({ 'prometheus.io/port': '8002' });
  expect(one(objects, 'Service', 'mnist-classifier-mnist-classifier')['spec']).toMatchObject({
    ports: [
      { name: 'http', port: 8000, appProtocol: 'https' },
      { name: 'grpc', port: 5001, appProtocol: 'https' },
      { name: 'metrics', port: 8002, appProtocol: 'http' },
    ],
  });
});

test('Emissary is told to speak TLS', () => {
  const services = rendered(bandit, { ...secured, routes: 'emissary' })
    .filter(({ kind }) => kind === 'Mapping')
    .map(({ spec }) => (spec as { service: string }).service);
  expect(new Set(services)).toEqual(new Set([8000, 5001].map((port) => `https://mnist-classifier-mnist-classifier.default:${port}`)));
});

test('credentials alone change neither ports nor probes', () => {
  const [workload] = workloads(rendered(bandit, { security: { credentials: { secret: 'clients' } } }));
  expect(containerOf(workload, 'ab-router')).toMatchObject({ readinessProbe: { httpGet: { port: 8000 } } });
});

test('a manifest cannot take the doors off: what the options say of them comes before its environment', () => {
  const open = canary.replace('SWITCHYARD_LOG_LEVEL', 'SWITCHYARD_AUTH_FILE');
  expect(envOf(containerOf(workloads(rendered(open))[0], 'ab-router'))).toHaveProperty('SWITCHYARD_AUTH_FILE', 'debug');
  expect(envOf(containerOf(workloads(rendered(open, secured))[0], 'ab-router'))).toHaveProperty(
    'SWITCHYARD_AUTH_FILE',
    `${folder}/predict`,
  );
});

test('the router logs requests as the options say, and as the manifest says before them', () => {
  const requestLog = { url: 'http://sink.logs', sample: 0.1, token: { secretKeyRef: { name: 'sink', key: 'token' } } };
  const env = envOf(containerOf(workloads(rendered(bandit, { requestLog }))[0], 'ab-router'));
  expect(env).toMatchObject({
    SWITCHYARD_REQUEST_LOG_URL: 'http://sink.logs',
    SWITCHYARD_REQUEST_LOG_SAMPLE: '0.1',
    SWITCHYARD_REQUEST_LOG_MODE: 'all',
    SWITCHYARD_REQUEST_LOG_TOKEN: requestLog.token,
    SWITCHYARD_NAMESPACE: 'default',
  });
  expect(env).not.toHaveProperty('REQUEST_LOGGER_DEFAULT_ENDPOINT');
  const own = canary.replace('SWITCHYARD_LOG_LEVEL', 'SWITCHYARD_REQUEST_LOG_SAMPLE').replace('debug', '"1"');
  expect(envOf(containerOf(workloads(rendered(own, { requestLog }))[0], 'ab-router'))).toHaveProperty('SWITCHYARD_REQUEST_LOG_SAMPLE', '1');
});

test('without an address there is nothing of a log', () => {
  const names = Object.keys(envOf(containerOf(workloads(rendered(bandit, { requestLog: { sample: 0.1 } }))[0], 'ab-router')));
  expect(names.filter((name) => /LOG/.test(name))).toEqual([]);
});

const behind: RenderOptionsInput = {
  security: {
    credentials: { secret: 'clients', admin: 'operators', units: 'router' },
    unitTls: { secret: 'unit-tls', serverName: 'units.shop', mutual: true },
  },
};

test('our runtimes take TLS from the router alone, and the router is told how to call them', () => {
  const [workload] = workloads(rendered(bandit, behind));
  const model = containerOf(workload, 'sk-model');
  expect(envOf(model)).toMatchObject({
    SWITCHYARD_AUTH_FILE: `${folder}/units`,
    SWITCHYARD_AUTH_ADMIN_FILE: `${folder}/admin`,
    SWITCHYARD_TLS_CERT: `${folder}/tls.crt`,
    SWITCHYARD_TLS_KEY: `${folder}/tls.key`,
    SWITCHYARD_TLS_CLIENT_CA: `${folder}/client-ca.crt`,
    SWITCHYARD_PROBE_PORT: '9801',
  });
  expect(model).toMatchObject({
    readinessProbe: { httpGet: { path: '/health/status', port: 9801 } },
    livenessProbe: { httpGet: { path: '/live', port: 9801 } },
  });
  expect(model['volumeMounts']).toContainEqual({ name: 'switchyard-unit-security', mountPath: folder, readOnly: true });
  const router = envOf(containerOf(workload, 'ab-router'));
  expect(router).toMatchObject({
    SWITCHYARD_AUTH_FILE: `${folder}/predict`,
    SWITCHYARD_UNIT_TOKEN_FILE: `${folder}/units`,
    SWITCHYARD_UNIT_TLS_CA: `${folder}/unit-ca.crt`,
    SWITCHYARD_UNIT_TLS_CERT: `${folder}/unit-tls.crt`,
    SWITCHYARD_UNIT_TLS_KEY: `${folder}/unit-tls.key`,
    SWITCHYARD_UNIT_TLS_NAME: 'units.shop',
    SWITCHYARD_UNIT_SECURED: 'tf-model,sk-model',
  });
  expect(router).not.toHaveProperty('SWITCHYARD_TLS_CERT');
  expect(violations(workload?.spec.template.spec ?? {})).toEqual([]);
});

test("units see no client's credentials", () => {
  const [workload] = workloads(rendered(bandit, behind));
  const volumes = workload?.spec.template.spec['volumes'] as {
    name: string;
    projected?: { sources: { secret: { items: { key: string }[] } }[] };
  }[];
  const keys = (name: string) =>
    volumes.find((each) => each.name === name)?.projected?.sources.flatMap(({ secret }) => secret.items.map(({ key }) => key));
  expect(keys('switchyard-unit-security')).toEqual(['router', 'operators', 'tls.crt', 'tls.key', 'ca.crt']);
  expect(keys('switchyard-router-security')).toEqual(['predict', 'operators', 'router', 'ca.crt', 'tls.crt', 'tls.key']);
});

test('images of others are left as they are, and called as ever', () => {
  const [main] = workloads(rendered(canary, behind));
  expect(JSON.stringify(containerOf(main, 'clean'))).not.toMatch(/TLS|AUTH|security\//);
  expect(containerOf(main, 'clean')['readinessProbe']).toEqual({ httpGet: { path: '/up', port: 9100 } });
  expect(envOf(containerOf(main, 'ab-router'))).toMatchObject({ SWITCHYARD_UNIT_SECURED: 'reader' });
});

test('every variable is one that the component knows', async () => {
  const known = await Promise.all(['ab-router', 'rf-runtime'].map(variablesOf));
  const [workload] = workloads(
    rendered(bandit, { ...secured, ...behind, requestLog: { url: 'http://a', unitUrl: 'http://b', redact: '*' } }),
  );
  const named = ['ab-router', 'sk-model'].map((name) => containerOf(workload, name).env.map((each) => each.name));
  const ours = /^(SWITCHYARD|REQUEST_LOGGER)_/;
  expect(named.map((names, at) => names.filter((name) => ours.test(name) && !known[at]?.includes(name)))).toEqual([[], []]);
});

/** The variables that a component's help tells of. */
async function variablesOf(component: string): Promise<string[]> {
  const main = fileURLToPath(new URL(`../../../${component}/src/main.ts`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@switchyard/source', main, '--help']);
  return [...stdout.matchAll(/[A-Z][A-Z_]{3,}/g)].map(([name]) => name);
}
