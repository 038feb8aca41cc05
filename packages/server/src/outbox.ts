import { systemClock, type Clock } from './batching/clock.ts';

/** Answers wait for each other no longer than this, in milliseconds. */
const longest = 0.5;

/**
 * Lets the answers of one turn of the event loop leave together at its end, as Redis sends its replies. Whose answer goes out first has to be woken to read
 * it, which costs the sender about as much as all else of a small request; meanwhile those that follow find him awake. A lone answer waits for nothing.
 *
 * @example
 *     const later = outbox();
 *     later(() => response.end(text));
 */
export function outbox({ now, soon }: Pick<Clock, 'now' | 'soon'> = systemClock): (send: () => void) => void {
  let waiting: (() => void)[] = [];
  let since = 0;

  function flush(): void {
    const sends = waiting;
    waiting = [];
    for (const send of sends) send();
  }

  return (send) => {
    const at = now();
    if (waiting.length === 0) {
      since = at;
      soon(flush);
    }
    waiting.push(send);
    if (at - since > longest) flush();
  };
}
