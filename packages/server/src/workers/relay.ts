import type { Worker } from 'node:cluster';
import type { Answers, FromWorker, Outcome, ToWorker } from './messages.ts';

/** Has done in all workers what one of them asks for, and tells it what came of it. */
export type Relay = {
  take(from: Worker, message: FromWorker): void;
  /** One of them has ended: nobody waits for it. */
  ended(worker: Worker): void;
};

/** What a worker that ended in the midst is said to have answered: it starts anew, with what holds by then. */
const gone: Outcome = { error: { code: 'UNAVAILABLE', message: 'a worker ended before it had done its part; try again' } };

/** @param workers those that are asked: all that have begun to serve */
export function relay(workers: () => Iterable<Worker>): Relay {
  const open = new Map<
    number,
    { readonly asker: Worker; readonly id: number; readonly missing: Set<Worker>; readonly answers: Outcome[] }
  >();
  let last = 0;

  const send = (worker: Worker, message: ToWorker): void => {
    if (worker.isConnected()) worker.send(message, undefined, () => {});
  };

  function settle(key: number, worker: Worker, outcome: Outcome): void {
    const asked = open.get(key);
    if (!asked?.missing.delete(worker)) return;
    asked.answers.push(outcome);
    if (asked.missing.size > 0) return;
    open.delete(key);
    send(asked.asker, { type: 'answers', id: asked.id, answers: asked.answers } satisfies Answers);
  }

  return {
    take(from, message) {
      if (message.type === 'did') {
        const { type: _, id, ...outcome } = message;
        return settle(id, from, outcome);
      }
      const key = ++last;
      const missing = new Set(workers());
      missing.add(from);
      open.set(key, { asker: from, id: message.id, missing, answers: [] });
      for (const worker of missing) send(worker, { type: 'do', id: key, action: message.action, given: message.given });
    },
    ended(worker) {
      for (const [key, { asker }] of open) {
        if (asker === worker) open.delete(key);
        else settle(key, worker, gone);
      }
    },
  };
}
