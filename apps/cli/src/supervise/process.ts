import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Status } from '@switchyard/protocol';

/** What to run: a component by its main, with its settings as environment. */
export type ProcessSpec = {
  readonly name: string;
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly log: string;
};

export type ProcessEvent =
  | { readonly type: 'status'; readonly status: Status; readonly pid: number }
  | { readonly type: 'crashed'; readonly how: string; readonly again: number; readonly times: number; readonly lastWords: string }
  | { readonly type: 'stopped' };

const backOff = { firstMs: 500, factor: 2, mostMs: 30_000, forgetMs: 10_000 };

/**
 * Keeps one process running. It is started in a session of its own, so that a Ctrl-C in the terminal reaches only us and we choose the
 * order of the ends; its channel to us is its life line: when we are gone, even by `kill -9`, it sees that and ends.
 */
export class SupervisedProcess {
  readonly spec: ProcessSpec;
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;
  #crashes = 0;
  #readyAt = 0;
  #ports: Record<string, string> = {};
  readonly #notify: (event: ProcessEvent) => void;
  readonly #ended = Promise.withResolvers<void>();

  constructor(spec: ProcessSpec, notify: (event: ProcessEvent) => void) {
    this.spec = spec;
    this.#notify = notify;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    const log = openSync(this.spec.log, 'a');
    const child = spawn(process.execPath, [...process.execArgv, this.spec.entry, ...this.spec.args], {
      detached: true,
      env: { ...process.env, ...this.spec.env, ...this.#ports },
      stdio: ['ignore', log, log, 'ipc'], // the log is a file, not a pipe to us: it outlives us
    });
    closeSync(log);
    this.#child = child;
    child.on('message', (message: Status) => this.#heard(message));
    child.on('error', (error) => this.#over(error.message));
    child.on('exit', (code, signal) => this.#over(signal ?? `exit code ${code}`));
  }

  /** Lets it drain; kills it after `graceMs`. Resolves when it is gone. */
  async stop(graceMs = 10_000): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    if (!this.#child) return;
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.kill(), graceMs);
    await this.#ended.promise;
    clearTimeout(timer);
  }

  kill(): void {
    this.#stopping = true;
    clearTimeout(this.#timer);
    this.#child?.kill('SIGKILL');
  }

  #heard(message: Status): void {
    if (message?.type !== 'status') return;
    if (message.ready) this.#readyAt = performance.now();
    // Whoever routes to it knows these ports: when it is started again it takes the same.
    if (message.httpPort) this.#ports['SWITCHYARD_HTTP_PORT'] = String(message.httpPort);
    if (message.grpcPort) this.#ports['SWITCHYARD_GRPC_PORT'] = String(message.grpcPort);
    this.#notify({ type: 'status', status: message, pid: this.#child?.pid ?? 0 });
  }

  #over(how: string): void {
    if (!this.#child) return;
    this.#child = undefined;
    if (this.#stopping) {
      this.#notify({ type: 'stopped' });
      this.#ended.resolve();
      return;
    }
    if (this.#readyAt && performance.now() - this.#readyAt > backOff.forgetMs) this.#crashes = 0;
    this.#readyAt = 0;
    const again = Math.min(backOff.mostMs, backOff.firstMs * backOff.factor ** this.#crashes);
    this.#crashes += 1;
    this.#notify({ type: 'crashed', how, again, times: this.#crashes, lastWords: this.#lastWords() });
    this.#timer = setTimeout(() => this.start(), again);
  }

  /** What it wrote last that is neither a line of its log, which is JSON, nor of a stack. */
  #lastWords(): string {
    try {
      const lines = readFileSync(this.spec.log, 'utf8').split('\n');
      return lines.findLast((line) => /^[^\s{}]/.test(line)) ?? `see ${this.spec.log}`;
    } catch {
      return `see ${this.spec.log}`;
    }
  }
}
