import type { Status } from '@switchyard/protocol';
import type { Logger } from './log.ts';
import type { NotReady } from './predictor.ts';
import type { RunningServer } from './serve.ts';
import type { Siblings } from './workers/siblings.ts';

export type Supervised = {
  readonly server: RunningServer;
  readonly log: Logger;
  version?(): string | undefined;
  /** Called when the server has drained: whatever else the process holds. */
  stop?(): Promise<void> | void;
  /** Of a worker, who tells it to end. */
  readonly siblings?: Siblings | undefined;
};

/**
 * Ties a server to the life of its process: SIGTERM and SIGINT drain it and exit with 0, a second one exits at once. Started with an IPC
 * channel, it reports its `Status`, and drains and exits when the parent is gone, be it by kill -9: nothing is left behind.
 *
 * @returns what reports a status that has changed at once, rather than a moment later
 */
export function superviseMe(supervised: Supervised): () => void {
  const { server, log } = supervised;
  let stopping = false;

  const stop = async (why: string): Promise<void> => {
    if (stopping) {
      log.warn({ why }, 'stopping at once');
      process.exit(1);
    }
    stopping = true;
    log.info({ why }, 'draining');
    try {
      await server.close();
      await supervised.stop?.();
      log.info('stopped');
      process.exit(0);
    } catch (error) {
      log.error({ err: error }, 'failed to stop in order');
      process.exit(1);
    }
  };

  if (supervised.siblings) {
    // a signal may reach a whole group of processes, and then comes twice: by itself, and by whoever stands for the workers
    const once = (why: string): void => void (!stopping && stop(why));
    supervised.siblings.onStop(() => once('told to'));
    process.on('SIGTERM', () => once('SIGTERM'));
    process.on('SIGINT', () => {});
  } else {
    process.on('SIGTERM', () => void stop('SIGTERM'));
    process.on('SIGINT', () => void stop('SIGINT'));
  }
  if (process.send === undefined) return () => {};
  const orphaned = (): void => {
    if (!stopping) void stop('the parent process is gone');
  };
  process.once('disconnect', orphaned);
  if (process.connected) return reportStatus(supervised);
  orphaned(); // it went while this process was starting
  return () => {};
}

const interval = 200;

/** Looks at readiness a few times a second, which is cheap, rather than asking every part to tell of its changes. */
function reportStatus({ server, version }: Supervised): () => void {
  let last = '';
  const look = async (): Promise<void> => {
    const ready = await server.ready().catch((error: unknown): NotReady => ({ reason: (error as Error).message }));
    const serving = version?.();
    const status: Status = {
      type: 'status',
      ready: ready === true,
      ...(ready === true ? {} : { reason: ready.reason }),
      httpPort: server.httpPort,
      grpcPort: server.grpcPort,
      ...(serving === undefined ? {} : { version: serving }),
    };
    const text = JSON.stringify(status);
    if (text !== last && process.connected) {
      last = text;
      process.send?.(status, undefined, undefined, () => {}); // a parent that is just dying is no error of ours
    }
  };
  const again = (): void => void look().then(() => process.connected && setTimeout(again, interval).unref());
  again();
  return () => void look();
}
