import type { Call } from '@switchyard/protocol';
import { systemClock, type Clock } from './batching/clock.ts';
import { afterwards, settle, type Eventual } from './eventual.ts';
import type { Answer, Predictor } from './predictor.ts';

/** How fast a model answers, measured while it has something to answer. */
export type Pace = {
  /**
   * How many requests are answered in so many milliseconds, by the last second in which some were under way. Infinity until there was one: what
   * runs for the first time is slow.
   */
  within(milliseconds: number): number;
};

/** Work that takes so long in a row, in milliseconds, lets the event loop read what has come meanwhile. */
const sliceMs = 5;
/** Calls that are no further apart follow each other without a look at what has come. */
const gapMs = 1;
/** Of work, by which the pace is measured. */
const windowMs = 1000;

/**
 * A predictor that lets the event loop read what comes after each few milliseconds of work, or one answer, and answers in the order in which it came; and
 * its pace. A model that computes in the event loop would else answer all that it finds there before it looks for more: what comes meanwhile
 * could be neither counted nor refused before its turn.
 *
 * @example
 *     const { predictor, pace } = paced(inner);
 *     pace.within(100); // 22.2, where an answer takes 4.5 ms
 */
export function paced(
  inner: Predictor,
  { now, soon }: Pick<Clock, 'now' | 'soon'> = systemClock,
): { readonly predictor: Predictor; readonly pace: Pace } {
  const waiting: (() => void)[] = [];
  let spent = 0; // in the event loop, in a row
  let ended = -Infinity;
  const busy = { underWay: 0, since: 0, milliseconds: 0, answered: 0 };
  let each = 0; // milliseconds

  function run(call: Call): Eventual<Answer> {
    const began = now();
    const answer = inner.predict(call);
    ended = now();
    spent += ended - began;
    return answer;
  }

  function mayRun(): boolean {
    if (waiting.length > 0) return false;
    if (now() - ended > gapMs) spent = 0;
    return hasTime();
  }

  const hasTime = (): boolean => spent < sliceMs;

  function inTurn(call: Call): Promise<Answer> {
    if (waiting.length === 0) soon(next);
    return new Promise((resolve, reject) =>
      waiting.push(() => {
        if (call.signal.aborted) reject(call.signal.reason as Error);
        else settle(() => run(call), resolve, reject);
      }),
    );
  }

  function next(): void {
    spent = 0;
    for (let go = waiting.shift(); go; go = hasTime() ? waiting.shift() : undefined) go();
    if (waiting.length > 0) soon(next);
  }

  function begin(): void {
    if (busy.underWay++ === 0) busy.since = now();
  }

  function end(): void {
    const at = now();
    busy.underWay--;
    busy.answered++;
    busy.milliseconds += at - busy.since;
    busy.since = at;
    if (busy.milliseconds < windowMs) return;
    each = busy.milliseconds / busy.answered;
    busy.milliseconds = busy.answered = 0;
  }

  return {
    predictor: {
      ...inner,
      predict(call) {
        begin();
        return afterwards(() => (mayRun() ? run(call) : inTurn(call)), end);
      },
    },
    pace: { within: (milliseconds) => milliseconds / each },
  };
}
