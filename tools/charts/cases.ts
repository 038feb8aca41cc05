/** A chart rendered with some values. Each has a golden of what comes out, so that all that is checked of it needs no Helm. */
export type Case = {
  readonly chart: string;
  /** Name of the golden: `<chart>-<name>.yaml`. */
  readonly name: string;
  /** As `helm --set-json`. */
  readonly values: Readonly<Record<string, unknown>>;
};

export const cases: readonly Case[] = [
  { chart: 'switchyard', name: 'default', values: { crd: { install: false } } }, // the CRD is looked at apart: it has a golden, its own file
  {
    chart: 'switchyard',
    name: 'full',
    values: {
      watchNamespaces: ['team-b', 'team-a'],
      image: { registry: 'ghcr.io/acme', tag: '9.9.9', pullPolicy: 'Always', pullSecrets: ['registry'] },
      crd: { install: false },
      controller: {
        replicas: 3,
        podAnnotations: { team: 'ml' },
        nodeSelector: { pool: 'ml' },
        tolerations: [{ key: 'ml', operator: 'Exists' }],
        priorityClassName: 'high',
      },
      serviceAccount: { name: 'deployer', annotations: { owner: 'ml' } },
      render: {
        shortPath: false,
        gateway: { name: 'main', namespace: 'gateways' },
        images: [{ repository: 'acme/digits', component: 'rf-runtime', model: 'digits' }],
        componentImages: { 'tf-runtime': 'ghcr.io/acme/tf:1' },
        resources: { router: { requests: { cpu: '200m' } } },
      },
      redis: { enabled: true, storageClass: 'fast' },
      networkPolicy: {
        clients: [{ namespaceSelector: { matchLabels: { gateway: 'yes' } } }],
        egress: [{ ports: [{ port: 443 }] }],
        monitoring: [{ namespaceSelector: { matchLabels: { monitoring: 'yes' } } }],
      },
      example: { enabled: true },
    },
  },
  {
    chart: 'switchyard',
    name: 'bare',
    values: {
      crd: { install: false },
      controller: { replicas: 1 },
      serviceAccount: { create: false, name: 'mine' },
      networkPolicy: { enabled: false },
      render: { routes: 'emissary', state: 'redis://there:6379' },
    },
  },
  {
    chart: 'switchyard',
    name: 'secured',
    values: {
      crd: { install: false },
      render: {
        security: {
          credentials: { secret: 'clients', feedback: 'judges', admin: 'operators', units: 'router' },
          tls: { secret: 'serving-tls', clientCaSecret: 'clients-ca' },
          unitTls: { secret: 'unit-tls', serverName: 'units.shop', mutual: true },
        },
        requestLog: { url: 'https://sink.logs', sample: 0.1, redact: '*', token: { secretKeyRef: { name: 'sink', key: 'token' } } },
      },
      networkPolicy: { monitoring: [{ namespaceSelector: { matchLabels: { monitoring: 'yes' } } }] },
      example: { enabled: true },
      test: { credential: 'tester', caSecret: 'serving-ca', certSecret: 'tester-tls' },
    },
  },
  {
    chart: 'switchyard',
    name: 'tested', // what a test shows by itself
    values: {
      crd: { install: false },
      render: { security: { credentials: { secret: 'clients' }, tls: { secret: 'serving-tls' } } },
      example: { enabled: true },
    },
  },
  { chart: 'switchyard-pipelines', name: 'default', values: {} },
  {
    chart: 'switchyard-pipelines',
    name: 'full',
    values: {
      workflows: ['train-rf'],
      parameters: { builder: 'dind', 'docker-org': 'ghcr.io/acme/switchyard', 'build-push-image': false },
      models: { claim: 'shared', keep: false, accessMode: 'ReadWriteMany', storageClass: '', size: '5Gi' },
      buildkit: { config: '[registry."registry.example:5000"]\nhttp = true\n' },
      dind: { config: { 'insecure-registries': ['registry.example:5000'] } },
      serviceAccounts: { annotations: { owner: 'ml' } },
      rbac: { tfjobs: false },
      networkPolicy: { trainEgress: [{ ports: [{ port: 443 }] }], storeEgress: [{ ports: [{ port: 9000 }] }] },
    },
  },
  { chart: 'switchyard-analytics', name: 'default', values: {} },
  {
    chart: 'switchyard-analytics',
    name: 'full',
    values: { labels: { release: 'prometheus' }, namespaces: ['team-a', 'team-b'], serviceMonitor: { port: 'metrics' } },
  },
];

/** Values that a chart must refuse, and what it has to say about them. */
export const refusals: readonly (Case & { readonly says: string })[] = [
  { chart: 'switchyard', name: 'a value that there is not', values: { controller: { replica: 2 } }, says: 'replica' },
  { chart: 'switchyard', name: 'a registry with a scheme', values: { image: { registry: 'https://ghcr.io' } }, says: 'registry' },
  { chart: 'switchyard', name: 'an unknown kind of routes', values: { render: { routes: 'istio' } }, says: 'routes' },
  { chart: 'switchyard', name: 'a state that is no address', values: { render: { state: 'somewhere' } }, says: 'state' },
  { chart: 'switchyard', name: 'no workers', values: { controller: { workers: 0 } }, says: 'workers' },
  {
    chart: 'switchyard',
    name: 'a Secret that is none',
    values: { render: { security: { credentials: { secret: 'a b' } } } },
    says: 'secret',
  },
  { chart: 'switchyard', name: 'a share above one', values: { render: { requestLog: { sample: 2 } } }, says: 'sample' },
  {
    chart: 'switchyard',
    name: 'a sink with a password',
    values: { render: { requestLog: { url: 'https://a:b@sink' } } },
    says: 'url',
  },
  {
    chart: 'switchyard',
    name: 'a test without the certificate that clients must show',
    values: { render: { security: { tls: { secret: 'a', clientCaSecret: 'b' } } }, example: { enabled: true } },
    says: 'test.certSecret is empty',
  },
  {
    chart: 'switchyard',
    name: 'a certificate of a test without TLS',
    values: { test: { certSecret: 'a' } },
    says: 'render.security.tls.secret is empty',
  },
  {
    chart: 'switchyard',
    name: 'a credential of a test that is in no Secret',
    values: { test: { credential: 'a' } },
    says: 'render.security.credentials.secret, which is empty',
  },
  { chart: 'switchyard', name: 'credentials of a test in its values', values: { test: { token: 'a' } }, says: 'token' },
  { chart: 'switchyard-pipelines', name: 'an unknown workflow', values: { workflows: ['train-r'] }, says: 'workflows' },
  { chart: 'switchyard-pipelines', name: 'an unknown parameter', values: { parameters: { 'docker-usr': 'acme' } }, says: 'docker-usr' },
  { chart: 'switchyard-pipelines', name: 'an unknown builder', values: { parameters: { builder: 'kaniko' } }, says: 'builder' },
  { chart: 'switchyard-analytics', name: 'a ratio above one', values: { rules: { failingRatio: 5 } }, says: 'failingRatio' },
];
