import type { ServerResponse } from 'node:http';
import type { ErrorCode, InferenceError } from '@switchyard/protocol';
import type { Reply } from './exchange.ts';
import { linger, mustLinger } from './linger.ts';

const json = 'application/json; charset=utf-8';

/** A body of JSON that is written already. */
export function jsonReply(body: string | Uint8Array, status = 200, headers: Record<string, string> = {}): Reply {
  return { status, headers: { 'content-type': json, ...headers }, body };
}

export function textReply(body: string, status = 200): Reply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

/** An error as its protocol writes it; another server's answer that is passed on stays as it was. */
export function errorReply(error: InferenceError, body: string | Uint8Array): Reply {
  const reply = jsonReply(body, error.http);
  return { ...reply, headers: { ...reply.headers, ...advice[error.code] } };
}

/** What a client is to do about an error, where HTTP has a header for it. */
const advice: Readonly<Partial<Record<ErrorCode, Record<string, string>>>> = {
  RESOURCE_EXHAUSTED: { 'retry-after': '1' },
  UNAUTHENTICATED: { 'www-authenticate': 'Bearer, Basic realm="switchyard"' },
};

/** Writes a reply whole; node drops the body by itself where the request was HEAD. */
export function respond(response: ServerResponse, { status, headers, body }: Reply, last: boolean): void {
  if (response.destroyed || response.headersSent) return;
  const lingers = !response.req.complete && mustLinger(response.req, last);
  const head: (string | number)[] = ['content-length', Buffer.byteLength(body), 'x-content-type-options', 'nosniff'];
  for (const name in headers) head.push(name, headers[name] as string);
  if (last || lingers) head.push('connection', 'close');
  response.writeHead(status, head);
  if (lingers) linger(response, body);
  else if (typeof body === 'string' || body.length > joined) response.end(body);
  else response.end(Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1'), 'latin1');
}

/** Up to here, bytes are given to node as the latin1 text that they are too: it then sends head and body as one piece, in one cheaper write. */
const joined = 16 * 1024;
