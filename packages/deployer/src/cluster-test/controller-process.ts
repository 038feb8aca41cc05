import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { command, plainEnvironment } from './deployer.ts';

/** A controller that runs as a process of its own, as it does in its pod. */
export type ControllerProcess = {
  readonly identity: string;
  /** What it has logged, one object a line. */
  readonly log: Record<string, unknown>[];
  /** What it answers at a path of its health port; undefined before it listens. */
  ask(path: string): Promise<{ status: number; text: string } | undefined>;
  /** Ends it in order, or at once, and gives its exit code. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
};

export function startController(identity: string, args: readonly string[]): ControllerProcess {
  const child: ChildProcess = spawn(process.execPath, [...command, 'controller', '--identity', identity, '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: plainEnvironment,
  });
  const log: Record<string, unknown>[] = [];
  let rest = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) log.push(JSON.parse(line) as Record<string, unknown>);
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  return {
    identity,
    log,
    async ask(path) {
      const port = log.find((each) => each['msg'] === 'started')?.['port'];
      if (port === undefined) return undefined;
      const answer = await fetch(`http://127.0.0.1:${Number(port)}${path}`);
      return { status: answer.status, text: await answer.text() };
    },
    async end(signal) {
      child.kill(signal);
      return (await ended)[0];
    },
  };
}
