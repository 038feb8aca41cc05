import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const workspace = fileURLToPath(new URL('../../../', import.meta.url));
const cli = fileURLToPath(import.meta.resolve('@switchyard/cli/main'));

export type Event = { readonly event: string } & Readonly<Record<string, unknown>>;
export type Ready = Event & { readonly url: string; readonly grpc: string; readonly processes: readonly { name: string; pid: number }[] };

export type Outcome = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** The command line, from outside: a process of its own in `cwd`. */
export function switchyard(args: readonly string[], cwd: string, input?: string): Promise<Outcome> {
  const child = launch(args, cwd);
  child.stdin!.end(input);
  return outcome(child);
}

/** `switchyard up --json`, while it runs. */
export class System {
  readonly child: ChildProcess;
  readonly events: Event[] = [];
  readonly ended: Promise<Outcome>;
  readonly #watchers = new Set<() => void>();

  constructor(args: readonly string[], cwd: string) {
    this.child = launch(['up', '--json', ...args], cwd);
    this.child.stdin!.end();
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      this.events.push(JSON.parse(line));
      for (const watcher of this.#watchers) watcher();
    });
    this.ended = outcome(this.child);
  }

  /** The first event that fits, from the start or yet to come. @throws where the command ends before. */
  async event<E extends Event>(name: string, fits: (event: E) => boolean = () => true): Promise<E> {
    const found = Promise.withResolvers<E>();
    const look = (): void => {
      const event = this.events.find((each) => each.event === name && fits(each as E));
      if (event) found.resolve(event as E);
    };
    this.#watchers.add(look);
    look();
    void this.ended.then(({ code, stderr }) => found.reject(new Error(`up ended with ${code} before "${name}": ${stderr}`)));
    try {
      return await found.promise;
    } finally {
      this.#watchers.delete(look);
    }
  }

  async stop(): Promise<Outcome> {
    this.child.kill('SIGTERM');
    return this.ended;
  }
}

function launch(args: readonly string[], cwd: string): ChildProcess {
  const { FORCE_COLOR: _, ...env } = process.env; // as a user's own shell has it
  return spawn(process.execPath, ['--conditions=@switchyard/source', cli, ...args], {
    cwd,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

function outcome(child: ChildProcess): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (chunk) => (stdout += chunk));
  child.stderr!.on('data', (chunk) => (stderr += chunk));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until `holds`; looks again after each pause and gives up after `seconds`. */
export async function until(holds: () => boolean | Promise<boolean>, seconds = 20, pauseMs = 50): Promise<void> {
  for (const end = performance.now() + seconds * 1000; performance.now() < end; await sleep(pauseMs)) {
    if (await holds()) return;
  }
  throw new Error(`not within ${seconds} s: ${holds}`);
}

/** As much of an answer, good or bad, as is looked at here. */
export type Reply = {
  readonly status: number;
  readonly json: {
    readonly data: { readonly names: readonly string[]; readonly ndarray: readonly (readonly number[])[] };
    readonly meta: { readonly puid: string; readonly routing: Readonly<Record<string, number>> };
    readonly status: { readonly info: string };
  };
};

export async function post(url: string, body: unknown): Promise<Reply> {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return { status: answer.status, json: (await answer.json()) as Reply['json'] };
}
