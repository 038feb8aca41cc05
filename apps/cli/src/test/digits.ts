import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { startServer, type ServerProcess } from '@switchyard/conformance';
import { componentEntry } from '../components.ts';

/** A forest of 784 columns, trained a moment ago, in a runtime of its own, and a bandit before two arms of it. */
export type Digits = { readonly folder: string; readonly runtime: ServerProcess; readonly router: ServerProcess; stop(): Promise<void> };

type Flags = Readonly<Record<string, string>>;

/** @param more flags of both */
export async function startDigits(more: { readonly runtime?: Flags; readonly router?: Flags } = {}): Promise<Digits> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-client-'));
  const store = join(folder, 'models');
  const data = join(folder, 'digits.csv');
  await writeFile(data, table());
  const flags = ['--data', data, '--name', 'digits', '--store', store, '--n-estimators', '5'];
  await promisify(execFile)(process.execPath, ['--conditions=@switchyard/source', componentEntry('rf-trainer'), ...flags]);
  const runtime = await startServer(pathToFileURL(componentEntry('rf-runtime')), { model: 'digits', store, ...more.runtime });
  await runtime.ready();
  const deployment = join(folder, 'deployment.json');
  await writeFile(deployment, JSON.stringify(deploymentOf(runtime)));
  const router = await startServer(pathToFileURL(componentEntry('ab-router')), { deployment, seed: '1', ...more.router });
  await router.ready();
  return {
    folder,
    runtime,
    router,
    async stop() {
      await router.stop();
      await runtime.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** Rows whose first half is bright, or the second. */
function table(): string {
  const columns = Array.from({ length: 784 }, (_, at) => at);
  const rows = Array.from({ length: 60 }, (_, row) => [
    ...columns.map((column) => (column < 392 === (row % 2 === 0) ? 200 + ((row * 7 + column) % 50) : (row + column) % 50)),
    row % 2 === 0 ? 'upper' : 'lower',
  ]);
  return `${[...columns.map((column) => `p${column}`), 'half'].join(',')}\n${rows.map((row) => row.join(',')).join('\n')}\n`;
}

function deploymentOf({ http }: ServerProcess): object {
  const endpoint = { type: 'REST', service_host: '127.0.0.1', httpPort: Number(http.split(':').at(-1)) };
  const arms = ['a', 'b'];
  const graph = {
    name: 'eg',
    implementation: 'EPSILON_GREEDY',
    parameters: [{ name: 'epsilon', value: '0', type: 'FLOAT' }],
    children: arms.map((name) => ({ name, type: 'MODEL', endpoint })),
  };
  const containers = arms.map((name) => ({ name, image: 'switchyard/rf-runtime:1.0' }));
  return {
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name: 'halves' },
    spec: { name: 'halves', predictors: [{ name: 'main', graph, componentSpecs: [{ spec: { containers } }] }] },
  };
}
