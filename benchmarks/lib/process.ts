import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { childrenCpuSeconds } from './cpu.ts';

const live = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of live) child.kill('SIGKILL');
});

type Spec = {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
};

/** A file of ours, run from its source on this Node. */
export const node = (file: string, args: readonly string[] = []): Spec => ({
  command: process.execPath,
  args: ['--conditions=@switchyard/source', file, ...args],
});

/** Started; killed at our end if nobody stops it before. What it prints is kept for an error. */
export function start({ command, args, env, cwd }: Spec): ChildProcess & { output: () => string } {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...env },
    ...(cwd !== undefined && { cwd }),
  });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => (output = (output + chunk).slice(-10_000)));
  live.add(child);
  child.once('exit', () => live.delete(child));
  return Object.assign(child, { output: () => output });
}

/** The first message of the child that is wanted. @throws Error with what the child printed, where it ends before. */
export function message<T>(child: ReturnType<typeof start>, wanted: (message: unknown) => message is T): Promise<T> {
  return new Promise((resolve, reject) => {
    child.on('message', (each) => wanted(each) && resolve(each));
    child.once('exit', (code) => reject(new Error(`${child.spawnargs.join(' ')} ended with ${code}:\n${child.output()}`)));
  });
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** Runs to the end: seconds by the clock, and of CPU, threads included. @throws Error unless its exit code is 0. */
export async function measure(spec: Spec): Promise<{ wall: number; cpu: number; output: string }> {
  const [began, cpu] = [performance.now(), childrenCpuSeconds()];
  const child = start(spec);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${spec.command} ${spec.args.join(' ')} ended with ${code}:\n${child.output()}`);
  return { wall: (performance.now() - began) / 1000, cpu: childrenCpuSeconds() - cpu, output: child.output() };
}
