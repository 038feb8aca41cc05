import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { authority } from '@switchyard/conformance';
import { helmUpgrade } from './chart.ts';
import { kubectl } from './program.ts';
import { submit } from './workflow.ts';

/**
 * Has the chart serve its example, called `example`, to those alone who show a certificate and a token. The Secret `clients` has, in the key
 * `predict`, the token that routers know, and another in `stranger`; `serving-tls` and `tester-tls` have a certificate each, with their authority.
 */
export async function serveSecured(namespace: string, example: string): Promise<void> {
  const create = (...args: readonly string[]): Promise<string> => kubectl('-n', namespace, 'create', 'secret', 'generic', ...args);
  const made = authority();
  try {
    await create('clients', `--from-literal=predict=${randomUUID()}`, `--from-literal=stranger=${randomUUID()}`);
    for (const [secret, names] of [
      ['serving-tls', `DNS:${example}.${namespace}.svc`],
      ['tester-tls', 'DNS:tester'],
    ] as const) {
      const { cert, key } = made.issue(secret, names);
      const files = { 'tls.crt': cert, 'tls.key': key, 'ca.crt': made.ca };
      await create(secret, '--type=kubernetes.io/tls', ...Object.entries(files).map(([name, file]) => `--from-file=${name}=${file}`));
    }
  } finally {
    rmSync(made.folder, { recursive: true });
  }
  await helmUpgrade(namespace, {
    'render.security': { credentials: { secret: 'clients' }, tls: { secret: 'serving-tls', clientCaSecret: 'serving-tls' } },
    'example.enabled': true,
    'example.name': example,
    'test.certSecret': 'tester-tls',
  });
}

/** What comes of the step that tries a deployment, which is told of these Secrets by parameters. */
export async function trySecured(namespace: string, deployment: string, image: string): Promise<string> {
  const { phase } = await submit('apps/e2e/src/cluster-test/try.yaml', namespace, {
    'switchyard-image': image,
    deployment,
    'try-credentials-secret': 'clients',
    'try-credentials-key': 'predict',
    'try-ca-secret': 'serving-tls',
    'try-cert-secret': 'tester-tls',
  });
  return phase;
}
