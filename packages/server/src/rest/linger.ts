import type { IncomingMessage, ServerResponse } from 'node:http';
import { awaitsWord } from './body.ts';

/** Up to so many bytes of a body that nobody wants cost less to read than another connection does. */
const cheap = 1024 ** 2;

/** The longest that a client may go on sending what nobody wants. */
const lingerMs = 5000;

/** Whether the connection of a request that is answered before its body has come is not worth keeping. */
export function mustLinger(request: IncomingMessage, last: boolean): boolean {
  return last || awaitsWord(request) || !(Number(request.headers['content-length'] ?? Infinity) <= cheap);
}

/**
 * Sends the whole answer at once, and closes the connection when the client has closed it, or has sent all, or has taken too long. Closing with the rest
 * of the body unread would reset the connection, and with it the answer that the client has not read yet (RFC 9112, 9.6): clients that send all
 * before they read anything, as Python's do, would never see it.
 */
export function linger(response: ServerResponse, body: string | Uint8Array): void {
  const { req: request } = response;
  const timer = setTimeout(end, lingerMs).unref();
  function end(): void {
    clearTimeout(timer);
    response.end();
  }
  response.write(body);
  request.once('end', end);
  request.once('close', end);
  request.resume();
}
