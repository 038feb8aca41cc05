import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export type Publisher = {
  readonly go: () => void;
  readonly ended: Promise<{ signal: NodeJS.Signals | null; code: number | null; output: string }>;
};

/** Starts `publisher.ts`; once it is up, it waits for `go`. */
export function startPublisher(store: string, name: string, times: number, fatal: string[] = []): Publisher {
  const script = new URL('publisher.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--conditions=@switchyard/source', script, store, name, String(times), ...fatal], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.on('error', () => {}); // it may be dead before its line arrives; how it ended tells
  const output = text(child.stdout);
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  return {
    go: () => child.stdin.write('go\n'),
    ended: closed.then(async ([code, signal]) => ({ code, signal, output: await output })),
  };
}
