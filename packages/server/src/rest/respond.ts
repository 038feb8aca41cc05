import type { ServerResponse } from 'node:http';
import type { InferenceError } from '@switchyard/protocol';
import type { Reply } from './exchange.ts';

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
  return error.code === 'RESOURCE_EXHAUSTED' ? { ...reply, headers: { ...reply.headers, 'retry-after': '1' } } : reply;
}

/** Writes a reply whole; node drops the body by itself where the request was HEAD. */
export function respond(response: ServerResponse, { status, headers, body }: Reply, last: boolean): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, {
    ...headers,
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
    ...(last ? { connection: 'close' } : {}),
  });
  response.end(body);
}
