import type { EventQueue, Queued } from './event-queue.ts';
import type { Outcome } from './event-sink.ts';

/** Why an event was not sent. `full`: no room in the queue; `refused`, `failed`: by the sink's word; `closed`: the process ended. */
export type DropReason = 'full' | 'refused' | 'failed' | 'closed';

export type SenderOptions<T> = {
  readonly queue: EventQueue<T>;
  send(entries: readonly T[]): Promise<Outcome>;
  /** Events in one request. */
  readonly batch: number;
  /** Requests at the same time, while the sink answers. */
  readonly lanes: number;
  /** The longest that fewer events than a batch wait for more, in milliseconds. Default 0: a lone event goes at once. */
  readonly lingerMs?: number;
  onSent(count: number): void;
  onDropped(count: number, reason: DropReason, why: string): void;
};

export type EventSender = {
  /** To be called when there is something in the queue. */
  wake(): void;
  /** Sends what waits, for so long at most. A sink that does not answer is not waited for. */
  close(withinMs: number): Promise<void>;
};

const batchBytes = 1024 ** 2;
const [firstPause, longestPause] = [100, 10_000];
/** Errors that a sink may answer to one event, before it is taken for the event's own fault. */
const mostTries = 5;
/** Failures in a row by which a sink is taken for dead when the process ends. */
const dead = 3;

/**
 * Empties a queue into a sink. While the sink fails, one request at a time asks how it is, each after a longer pause, and all else waits
 * in the queue.
 */
export function eventSender<T>({ queue, send, batch, lanes, lingerMs = 0, onSent, onDropped }: SenderOptions<T>): EventSender {
  let running = 0;
  let failures = 0; // in a row
  let pause: NodeJS.Timeout | undefined;
  let lingering: NodeJS.Timeout | undefined;
  let due = lingerMs === 0;
  let closing = false;
  let tellIdle: (() => void) | undefined;

  const drop = (entries: readonly Queued<T>[], reason: DropReason, why: string): void => {
    queue.done(entries);
    if (entries.length > 0) onDropped(entries.length, reason, why);
  };

  function wake(): void {
    if (pause !== undefined || gaveUp()) return;
    while (queue.waiting > 0 && running < (failures > 0 ? 1 : lanes)) {
      if (!due && !closing && failures === 0 && queue.waiting < batch) return linger();
      running++;
      void lane().finally(() => {
        running--;
        if (running === 0 && (queue.waiting === 0 || gaveUp())) tellIdle?.();
        else wake();
      });
    }
  }

  function linger(): void {
    lingering ??= setTimeout(() => {
      due = true;
      wake();
    }, lingerMs).unref();
  }

  const gaveUp = (): boolean => closing && failures >= dead;

  async function lane(): Promise<void> {
    const entries = queue.take(batch, batchBytes);
    clearTimeout(lingering);
    lingering = undefined;
    due = lingerMs === 0;
    const outcome = await send(entries.map(({ entry }) => entry)).catch((error: Error): Outcome => ({
      kind: 'refused',
      why: error.message,
    }));
    if (outcome.kind === 'taken') {
      failures = 0;
      queue.done(entries);
      onSent(entries.length);
    } else if (outcome.kind === 'refused') {
      failures = 0;
      drop(entries, 'refused', outcome.why);
    } else {
      if (outcome.kind === 'failed') for (const each of entries) each.tries++;
      const spent = entries.filter(({ tries }) => tries >= mostTries);
      drop(spent, 'failed', outcome.why);
      queue.putBack(entries.filter((each) => !spent.includes(each)));
      rest();
    }
  }

  /** However many requests fail at once, it is one failure. */
  function rest(): void {
    if (pause !== undefined) return;
    const milliseconds = Math.min(firstPause * 2 ** failures, longestPause) * (0.5 + Math.random() / 2);
    failures++;
    if (gaveUp()) return;
    pause = setTimeout(resume, milliseconds).unref();
  }

  function resume(): void {
    clearTimeout(pause);
    pause = undefined;
    wake();
  }

  return {
    wake,
    async close(withinMs) {
      closing = true;
      if (queue.held > 0) {
        failures = Math.min(failures, dead - 1); // one dead already is asked once more
        const idle = new Promise<void>((resolve) => (tellIdle = resolve));
        const timer = setTimeout(() => tellIdle?.(), withinMs);
        resume();
        await idle;
        clearTimeout(timer);
        clearTimeout(pause);
      }
      const left = queue.take(Infinity, Infinity);
      if (queue.held > 0) onDropped(queue.held, 'closed', 'the process ends');
      queue.done(left);
    },
  };
}
