import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, grpcClient, type GrpcClient, type ServerProcess } from '@switchyard/conformance';
import { pythonOf } from './python.ts';
import { startRouter } from './served.ts';

/** A model in Seldon's Python wrapper, by REST and by gRPC, and a router before both. */
export type Wrapped = { readonly router: ServerProcess; readonly calls: GrpcClient; stop(): Promise<void> };

export async function startWrapped(): Promise<Wrapped> {
  const [httpPort, grpcPort, metricsPort] = [await freePort(), await freePort(), await freePort()];
  const ports = ['--http-port', `${httpPort}`, '--grpc-port', `${grpcPort}`, '--metrics-port', `${metricsPort}`];
  const program = join(pythonOf('seldon-core'), 'seldon-core-microservice');
  const wrapper = spawn(program, ['Petals', '--service-type', 'MODEL', ...ports, '--workers', '1'], {
    cwd: join(import.meta.dirname, 'python'),
    detached: true, // it has processes of its own, which end with their group
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  const words: string[] = [];
  for (const stream of [wrapper.stdout, wrapper.stderr]) stream.on('data', (text: Buffer) => words.push(text.toString()));
  const { router, stop } = await startRouter('petals', { httpPort, grpcPort });
  const wrapped: Wrapped = {
    router,
    calls: grpcClient('seldon.protos.Seldon', router.grpc),
    async stop() {
      wrapped.calls.close();
      await stop();
      if (wrapper.pid !== undefined && wrapper.exitCode === null) process.kill(-wrapper.pid, 'SIGKILL');
    },
  };
  for (const until = Date.now() + 60_000; (await fetch(`${router.http}/ready`)).status !== 200; await sleep(200)) {
    if (wrapper.exitCode === null && Date.now() < until) continue;
    await wrapped.stop();
    throw new Error(`Seldon's wrapper does not answer:\n${words.join('')}`);
  }
  return wrapped;
}
