import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodePredictor, mapUnits, parseDeployment } from '@switchyard/deployment';
import { builtMain } from '../lib/built.ts';
import { message, node, start, type Child } from '../lib/process.ts';
import { models, type ModelName } from './models.ts';

export type Server = {
  readonly http: string;
  readonly grpc: string;
  readonly startSeconds: number;
  readonly process: Child;
};

type Ready = { readonly ready: true; readonly httpPort: number; readonly grpcPort: number };
const isReady = (each: unknown): each is Ready => (each as Partial<Ready>).ready === true;

const free = { SWITCHYARD_HTTP_PORT: '0', SWITCHYARD_GRPC_PORT: '0', SWITCHYARD_HOST: '127.0.0.1' };

/** Starts one of our servers, as it is built, and waits until it says ready. */
async function serve(component: string, env: Readonly<Record<string, string>>): Promise<Server> {
  const began = performance.now();
  const child = start({ command: process.execPath, args: [builtMain(component)], env: { ...free, ...env } });
  const { httpPort, grpcPort } = await message(child, isReady);
  return { http: `http://127.0.0.1:${httpPort}`, grpc: `127.0.0.1:${grpcPort}`, startSeconds: seconds(began), process: child };
}

export function startRuntime(model: ModelName, store: string): Promise<Server> {
  const { runtime } = models.find(({ name }) => name === model)!;
  return startModel(runtime, model, store);
}

/** @param env settings other than the defaults */
export function startModel(runtime: string, model: string, store: string, env: Readonly<Record<string, string>> = {}): Promise<Server> {
  return serve(runtime, { SWITCHYARD_MODEL: model, SWITCHYARD_STORE: store, ...env });
}

/** The A/B router of the example, before two running runtimes. */
export function startRouter(runtimes: ReadonlyMap<string, Server>, state: string, type: 'REST' | 'GRPC' = 'REST'): Promise<Server> {
  const manifest = join(import.meta.dirname, '../../examples/mnist/deployments/ab-test.yaml');
  const predictor = parseDeployment(readFileSync(manifest, 'utf8')).predictors[0]!;
  const graph = mapUnits(predictor.graph, (unit) => {
    const runtime = runtimes.get(String(unit.parameters['model']));
    if (!runtime) return unit;
    const port = (address: string) => Number(address.split(':').at(-1));
    return { ...unit, endpoint: { ...unit.endpoint, type, host: '127.0.0.1', httpPort: port(runtime.http), grpcPort: port(runtime.grpc) } };
  });
  return serve('ab-router', { ENGINE_PREDICTOR: encodePredictor({ ...predictor, graph }), SWITCHYARD_STATE: state });
}

/** The yardstick, in lib. */
export async function startYardstick(): Promise<Server> {
  const began = performance.now();
  const child = start(node(join(import.meta.dirname, '../lib/yardstick.ts')));
  const { httpPort } = await message(child, isReady);
  return { http: `http://127.0.0.1:${httpPort}`, grpc: '', startSeconds: seconds(began), process: child };
}

/** Seldon's Python wrapper around a model that the peer's trainer saved: two workers of one thread, one a core. */
export async function startSeldon(bin: string, model: ModelName, peerModels: string): Promise<Server> {
  const { peer } = models.find(({ name }) => name === model)!;
  const [httpPort, grpcPort, metricsPort] = await Promise.all([freePort(), freePort(), freePort()]);
  const ports = ['--http-port', `${httpPort}`, '--grpc-port', `${grpcPort}`, '--metrics-port', `${metricsPort}`];
  const workers = ['--workers', '2', '--threads', '1', '--grpc-threads', '2', '--log-level', 'ERROR'];
  const began = performance.now();
  const child = start({
    command: join(bin, 'seldon-core-microservice'),
    args: ['Digits', '--service-type', 'MODEL', ...ports, ...workers],
    cwd: join(import.meta.dirname, 'peers'),
    env: { MODEL: peer, MODELS: peerModels, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' },
  });
  const http = `http://127.0.0.1:${httpPort}`;
  while (
    !(await fetch(`${http}/health/status`, { signal: AbortSignal.timeout(1000) }).then(
      (answer) => answer.ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error(`Seldon's wrapper ended with ${child.exitCode}:\n${child.output()}`);
    await sleep(10);
  }
  return { http, grpc: `127.0.0.1:${grpcPort}`, startSeconds: seconds(began), process: child };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const seconds = (began: number): number => (performance.now() - began) / 1000;
