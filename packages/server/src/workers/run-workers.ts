import cluster, { type Worker } from 'node:cluster';
import type { Status } from '@switchyard/protocol';
import type { Logger } from '../log.ts';
import type { FromWorker, Stop } from './messages.ts';
import { relay } from './relay.ts';

export type WorkerOptions = {
  readonly count: number;
  readonly log: Logger;
  /** The longest that a worker's drain takes by itself. */
  readonly drainMs: number;
};

/** A worker that ends is started anew at once, and after ends in quick succession later and later; after so many, all of it ends. */
const quickMs = 10_000;
const quickEnds = 5;
const firstWaitMs = 100;

/**
 * Runs this program as several processes that answer on the same ports: this process starts them, takes connections for them by turns, and stands for
 * them before whoever started it, who sees one server: its status, its signals, its exit. It loads no model and answers nothing.
 *
 * A worker that ends before it listens, such as for a port that is taken, ends all with its code.
 */
export function runWorkers({ count, log, drainMs }: WorkerOptions): void {
  const serving = new Map<Worker, Status>();
  const all = new Set<Worker>();
  const between = relay(() => serving.keys());
  let stopping = false;
  let code = 0;
  let ends: number[] = [];
  let told = '';

  function begin(replacement: boolean): void {
    const worker = cluster.fork(replacement ? { SWITCHYARD_REPLACEMENT: '1' } : {});
    all.add(worker);
    worker.on('message', (message: Status | FromWorker) => {
      if (message.type !== 'status') return between.take(worker, message);
      serving.set(worker, message);
      tell();
    });
    worker.once('exit', (exit, signal) => ended(worker, exit, signal));
  }

  function ended(worker: Worker, exit: number, signal: string): void {
    all.delete(worker);
    const listened = serving.delete(worker);
    between.ended(worker);
    if (stopping) {
      if (exit !== 0) code = 1;
      if (all.size === 0) process.exit(code);
      return;
    }
    const now = performance.now();
    ends = [...ends.filter((end) => now - end < quickMs), now];
    log.error({ pid: worker.process.pid, exit, signal }, 'a worker ended');
    if (!listened || ends.length > quickEnds)
      return stop(listened ? `workers ended ${ends.length} times in ${quickMs / 1000} s` : 'a worker cannot start', exit || 1);
    tell();
    setTimeout(() => !stopping && begin(true), ends.length === 1 ? 0 : firstWaitMs * 2 ** ends.length);
  }

  function stop(why: string, withCode = 0): void {
    if (stopping) {
      log.warn({ why }, 'stopping at once');
      for (const worker of all) worker.process.kill('SIGKILL');
      code = 1;
      return;
    }
    stopping = true;
    code = withCode;
    log.info({ why, workers: all.size }, 'draining the workers');
    if (all.size === 0) process.exit(code);
    for (const worker of all) worker.send({ type: 'stop' } satisfies Stop, undefined, () => {});
    setTimeout(() => {
      for (const worker of all) worker.process.kill('SIGKILL');
    }, drainMs + 10_000).unref();
  }

  /** As one server: ready when all are, and later, while one that ended starts anew, as long as any is. */
  function tell(): void {
    const states = [...serving.values()];
    if (states.length < count && !told.includes('"ready":true')) return; // some have not said anything yet
    const status = states.find(({ ready }) => !ready) ?? states[0];
    if (!status) return;
    const text = JSON.stringify(status);
    if (text !== told && process.connected) process.send?.(status, undefined, undefined, () => {});
    told = text;
  }

  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGHUP', () => {
    for (const worker of all) worker.process.kill('SIGHUP');
  });
  if (process.send !== undefined) {
    process.once('disconnect', () => !stopping && stop('the parent process is gone'));
    if (!process.connected) return stop('the parent process is gone');
  }
  log.info({ workers: count }, 'starting workers');
  for (let index = 0; index < count; index++) begin(false);
}

/** Whether this process is to stand for workers rather than to serve by itself. */
export const standsForWorkers = (workers: number): boolean => workers > 1 && cluster.isPrimary;

/** Whether this worker takes the place of one that ended: then it listens when it can answer, not before. */
export const isReplacement = (): boolean => process.env['SWITCHYARD_REPLACEMENT'] !== undefined;
