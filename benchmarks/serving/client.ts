import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cpuSeconds, machineCpuSeconds } from '../lib/cpu.ts';
import { start } from '../lib/process.ts';

/** Clients, each with a connection of its own, that send bodies in turn: in a closed loop, unless there is a rate. */
export type Load = {
  readonly protocol: 'http' | 'grpc';
  /** host:port, on this machine. */
  readonly address: string;
  /** Of the URL, or the full gRPC method. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: readonly Buffer[];
  readonly clients: number;
  /** Requests a second that come at random, whatever becomes of them: then some may be refused. */
  readonly rate?: number;
  readonly warmSeconds: number;
  readonly seconds: number;
};

export type Measured = {
  /** Those that were answered. */
  readonly requests: number;
  readonly seconds: number;
  /** Milliseconds, of those that were answered, from when they came. */
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  /** Requests that the server took none of, as it had enough; of those, the ones that were not told when to come back. */
  readonly refused: number;
  readonly unadvised: number;
  /** Requests of a rate that no client was free to send. */
  readonly unsent: number;
  /** CPU seconds of the clients themselves. */
  readonly cpu: number;
  /** CPU microseconds a request of each server that was named, with all its processes. */
  readonly cpuMicros: readonly number[];
  /** The part of the machine that neither the clients nor those servers used. */
  readonly foreign: number;
  /** The answer to each body, asked once before. */
  readonly answers: readonly Buffer[];
};

const source = join(import.meta.dirname, 'client');
const program = join(import.meta.dirname, '../.cache/serving-client');

/** Whether it was built here before. */
export const isBuilt = (): boolean => existsSync(program);

/** @throws Error where there is no Go, or it fails: with its own words */
export function buildClient(): void {
  if (spawnSync('go', ['version'], { cwd: source }).status !== 0)
    throw new Error('the client of this benchmark is compiled: install Go 1.24 or newer, from https://go.dev/dl or your distribution');
  mkdirSync(join(program, '..'), { recursive: true });
  execFileSync('go', ['build', '-o', program, '.'], { cwd: source, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** @throws Error where an answer is no success, with its words. */
export async function load({ bodies, ...spec }: Load, serverPids: readonly number[]): Promise<Measured> {
  const input = `${JSON.stringify({ ...spec, bodies: bodies.map((body) => body.toString('base64')) })}\n`;
  const client = start({ command: program, args: [], input });
  let answers: Buffer[] = [];
  const usage = () => ({ servers: serverPids.map(cpuSeconds), machine: machineCpuSeconds() });
  let before = usage();
  for await (const line of createInterface(client.stdout!)) {
    const message = JSON.parse(line) as { type: string; answers: string[] };
    if (message.type === 'answers') answers = message.answers.map((answer) => Buffer.from(answer, 'base64'));
    if (message.type === 'begin') before = usage();
    if (message.type !== 'end') continue;
    const found = message as unknown as Omit<Measured, 'cpuMicros' | 'foreign' | 'answers'>;
    const after = usage();
    const servers = after.servers.map((seconds, index) => seconds - before.servers[index]!);
    const others = after.machine - before.machine - found.cpu - servers.reduce((sum, each) => sum + each, 0);
    const foreign = Math.max(0, others / found.seconds / availableParallelism());
    return { ...found, answers, foreign, cpuMicros: servers.map((seconds) => (seconds / found.requests) * 1e6) };
  }
  throw new Error(`${spec.path} at ${spec.address}: ${client.output()}`);
}
