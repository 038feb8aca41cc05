import type { Duplex } from 'node:stream';
import { systemClock, type Clock } from './batching/clock.ts';

/** A connection of a client. */
export type Readable = Pick<Duplex, 'pause' | 'resume'>;

/** Connections that are read again in one turn of the event loop. */
const each = 32;

/**
 * Has connections whose request was refused read again by turns, a few in each turn of the event loop. Without, a turn is as long as it takes to refuse
 * what all of them have sent, by the second where they are a thousand, and the bodies of requests that were let in come a piece a turn. What is not
 * read waits in the system, and its client with it; where the event loop has nothing else to do, for no time to speak of.
 *
 * @example
 *     const inTurn = turnstile();
 *     response.once('finish', () => inTurn(request.socket));
 */
export function turnstile({ soon }: Pick<Clock, 'soon'> = systemClock): (socket: Readable) => void {
  const coming = new Set<Readable>();
  const waiting = new Set<Readable>();

  function turn(): void {
    let left = each;
    for (const socket of waiting) {
      if (left-- === 0) break;
      waiting.delete(socket);
      socket.resume();
    }
    for (const socket of coming) {
      socket.pause(); // not before: a request that is answered has its connection read
      waiting.add(socket);
    }
    coming.clear();
    if (waiting.size > 0) soon(turn);
  }

  return (socket) => {
    if (coming.size === 0 && waiting.size === 0) soon(turn);
    coming.add(socket);
  };
}
