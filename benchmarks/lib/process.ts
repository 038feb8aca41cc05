import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { childrenCpuSeconds } from './cpu.ts';

const live = new Set<Child>();
process.on('exit', () => {
  for (const child of live) kill(child);
});

type Spec = {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Written to its standard input, which stays open as long as we live. */
  readonly input?: string;
};

export type Child = ChildProcess & { output: () => string };

/** A file of ours, run from its source on this Node. */
export const node = (file: string, args: readonly string[] = []): Spec => ({
  command: process.execPath,
  args: ['--conditions=@switchyard/source', file, ...args],
});

/** Started in a process group of its own, killed at our end if nobody stops it before. What it prints is kept for an error. */
export function start({ command, args, env, cwd, input }: Spec): Child {
  const child = spawn(command, args, {
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', 'ipc'],
    detached: true,
    env: { ...process.env, ...env },
    ...(cwd !== undefined && { cwd }),
  });
  if (input !== undefined) child.stdin!.on('error', () => {}).write(input); // where it ends before, its exit tells
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => (output = (output + chunk).slice(-10_000)));
  const started = Object.assign(child, { output: () => output });
  live.add(started);
  child.once('exit', () => live.delete(started));
  return started;
}

/** With all that it has started: a peer may have workers that outlive it. */
export function kill(child: Child): void {
  try {
    process.kill(-child.pid!, 'SIGKILL');
  } catch {
    // it is gone
  }
}

/** The first message of the child that is wanted. @throws Error with what the child printed, where it ends before. */
export function message<T>(child: Child, wanted: (message: unknown) => message is T): Promise<T> {
  return new Promise((resolve, reject) => {
    child.on('message', (each) => wanted(each) && resolve(each));
    child.once('exit', (code) => reject(new Error(`${child.spawnargs.join(' ')} ended with ${code}:\n${child.output()}`)));
  });
}

/** Lets it end in order; kills it, and what is left of its group, where it does not within `patienceMs`. */
export async function stop(child: Child, patienceMs = 5000): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => kill(child), patienceMs);
    await gone;
    clearTimeout(timer);
  }
  kill(child);
}

/** Runs to the end: seconds by the clock, and of CPU, threads included. @throws Error unless its exit code is 0. */
export async function measure(spec: Spec): Promise<{ wall: number; cpu: number; output: string }> {
  const [began, cpu] = [performance.now(), childrenCpuSeconds()];
  const child = start(spec);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${spec.command} ${spec.args.join(' ')} ended with ${code}:\n${child.output()}`);
  return { wall: (performance.now() - began) / 1000, cpu: childrenCpuSeconds() - cpu, output: child.output() };
}
