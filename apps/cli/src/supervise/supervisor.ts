import type { Status } from '@switchyard/protocol';
import { SupervisedProcess, type ProcessEvent, type ProcessSpec } from './process.ts';

export type Notice = { readonly name: string; readonly event: ProcessEvent };

/** The processes of one deployment: started in order, watched, ended in the reverse order. */
export class Supervisor {
  readonly #processes: SupervisedProcess[] = [];
  readonly #statuses = new Map<string, Status>();
  readonly #waiting = new Map<string, (event: ProcessEvent) => void>();
  readonly #notify: (notice: Notice) => void;

  /** `notify` hears of whatever happens to a process that has once been ready. */
  constructor(notify: (notice: Notice) => void) {
    this.#notify = notify;
  }

  /**
   * Starts a process and waits until it is ready.
   * @throws StartError when it ends, or says why it cannot become ready, or `timeoutMs` have passed.
   */
  async start(spec: ProcessSpec, timeoutMs = 60_000): Promise<Status> {
    const started = Promise.withResolvers<Status>();
    const supervised = new SupervisedProcess(spec, (event) => this.#hear(spec.name, event));
    this.#processes.push(supervised);
    this.#waiting.set(spec.name, (event) => {
      if (event.type === 'crashed')
        started.reject(new StartError(`${spec.name} ended while it started (${event.how}): ${event.lastWords}`));
      else if (event.type === 'status' && event.status.ready) started.resolve(event.status);
      else if (event.type === 'status' && event.status.reason) {
        reason = event.status.reason;
      }
    });
    let reason = '';
    const timer = setTimeout(() => {
      started.reject(new StartError(`${spec.name} is not ready after ${timeoutMs / 1000} s: ${reason || `see ${spec.log}`}`));
    }, timeoutMs);
    supervised.start();
    try {
      return await started.promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(spec.name);
    }
  }

  /** What each process last said of itself. */
  status(name: string): Status | undefined {
    return this.#statuses.get(name);
  }

  get pids(): { name: string; pid: number }[] {
    return this.#processes.flatMap(({ spec: { name }, pid }) => (pid ? [{ name, pid }] : []));
  }

  /** Ends all, the last started first, so that nobody is asked by whoever is in front of it while it ends. */
  async stop(graceMs?: number): Promise<void> {
    for (const each of this.#processes.toReversed()) await each.stop(graceMs);
  }

  kill(): void {
    for (const each of this.#processes) each.kill();
  }

  #hear(name: string, event: ProcessEvent): void {
    if (event.type === 'status') this.#statuses.set(name, event.status);
    const waiting = this.#waiting.get(name);
    if (waiting) waiting(event);
    else this.#notify({ name, event });
  }
}

export class StartError extends Error {
  override readonly name = 'StartError';
}
