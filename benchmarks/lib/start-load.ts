import { join } from 'node:path';
import { cpuSeconds } from './cpu.ts';
import { message, node, start } from './process.ts';

export type LoadSpec = {
  readonly protocol: 'http' | 'grpc';
  /** An URL, or host:port of gRPC. */
  readonly address: string;
  /** The gRPC method. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** base64 */
  readonly body: string;
  readonly clients: number;
  readonly warmSeconds: number;
  readonly seconds: number;
};

export type LoadResult = {
  readonly type: 'end';
  readonly requests: number;
  readonly seconds: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** CPU seconds of the clients themselves. */
  readonly cpu: number;
};

export type Measured = LoadResult & { readonly serverCpuMicros: number };

/**
 * Loads a server by a closed loop from a process of its own: each client sends its next request when the answer to the last has come.
 * `serverCpuMicros` is the CPU time that the server, with all its processes, took for a request.
 */
export async function load(spec: LoadSpec, serverPid: number): Promise<Measured> {
  const child = start(node(join(import.meta.dirname, 'load.ts'), [JSON.stringify(spec)]));
  const is =
    <T extends string>(type: T) =>
    (each: unknown): each is { type: T } =>
      (each as { type?: string }).type === type;
  const ended = message(child, is('end')) as Promise<unknown> as Promise<LoadResult>;
  ended.catch(() => {}); // told below, when the start has failed as well
  await message(child, is('begin'));
  const before = cpuSeconds(serverPid);
  const result = await ended;
  return { ...result, serverCpuMicros: ((cpuSeconds(serverPid) - before) / result.requests) * 1e6 };
}
