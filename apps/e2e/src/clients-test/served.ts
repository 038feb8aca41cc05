import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startServer, type ServerProcess } from '@switchyard/conformance';
import { workspace } from '../system.ts';

/** A forest of flowers, trained a moment ago, in a runtime of its own, and a router before it. */
export type Served = { readonly runtime: ServerProcess; readonly router: ServerProcess; stop(): Promise<void> };

/** A row of four features, exact as float32, and another. */
export const rows = [
  [3, 5, 6, 2],
  [3.25, 1.5, 5, 0.25],
] as const;

const main = (component: string): string => join(workspace, 'packages', component, 'src/main.ts');

export async function startServed(): Promise<Served> {
  const folder = await mkdtemp(join(tmpdir(), 'clients-'));
  const data = join(workspace, 'examples/flowers/flowers.csv');
  const flags = ['--data', data, '--label-column', 'species', '--name', 'flowers', '--store', join(folder, 'models')];
  await promisify(execFile)(process.execPath, ['--conditions=@switchyard/source', main('rf-trainer'), ...flags]);
  const runtime = await startServer(new URL(`file://${main('rf-runtime')}`), { model: 'flowers', store: join(folder, 'models') });
  await runtime.ready();
  const [httpPort, grpcPort] = [runtime.http, runtime.grpc].map((address) => Number(address.split(':').at(-1))) as [number, number];
  const { router, stop } = await startRouter('flowers', { httpPort, grpcPort });
  await router.ready();
  return {
    runtime,
    router,
    async stop() {
      await stop();
      await runtime.stop();
      await rm(folder, { recursive: true });
    },
  };
}

type Ports = { readonly httpPort: number; readonly grpcPort: number };

/** A router before a server on these ports, which need not answer yet. */
export async function startRouter(name: string, ports: Ports): Promise<{ readonly router: ServerProcess; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  const deployment = join(folder, 'deployment.json');
  await writeFile(deployment, JSON.stringify(deploymentOf(name, ports)));
  const router = await startServer(new URL(`file://${main('ab-router')}`), { deployment, namespace: 'garden', seed: '1' });
  return {
    router,
    async stop() {
      await router.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** An A/B test of a server with itself, by REST and by gRPC. */
function deploymentOf(name: string, ports: Ports): object {
  const unit = (unit: string, type: string) => ({ name: unit, type: 'MODEL', endpoint: { type, service_host: '127.0.0.1', ...ports } });
  const graph = {
    name: 'ab',
    implementation: 'RANDOM_ABTEST',
    parameters: [{ name: 'ratioA', value: '0.5', type: 'FLOAT' }],
    children: [unit('by-rest', 'REST'), unit('by-grpc', 'GRPC')],
  };
  const containers = ['by-rest', 'by-grpc'].map((unit) => ({ name: unit, image: `${name}:1.0` }));
  return {
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name },
    spec: { name, predictors: [{ name: 'main', graph, componentSpecs: [{ spec: { containers } }] }] },
  };
}

/** What a server says of rows, without any client's library. */
export async function ask({ http }: ServerProcess, ndarray: readonly (readonly number[])[] = rows): Promise<number[][]> {
  const response = await fetch(`${http}/api/v1.0/predictions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ data: { ndarray } }),
  });
  return ((await response.json()) as { data: { ndarray: number[][] } }).data.ndarray;
}
