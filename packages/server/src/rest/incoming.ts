import type { IncomingMessage } from 'node:http';
import type { Incoming } from '../data-plane.ts';
import type { Exchange } from './exchange.ts';

/** What the data plane is told of a request of a route that is admitted. */
export function incoming({ request, work, watch }: Exchange): Incoming {
  if (!work) throw new Error('a route that predicts must be admitted');
  return { work, headers: passedHeaders(request), puid: puidHeader(request), watch };
}

/** Headers that are between us and the client, or that describe the body: not for the next server. */
const own = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'inference-header-content-length',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'seldon-puid',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What is passed on to other servers: trace context, and whatever else the client sent. */
function passedHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of Object.keys(request.headers)) {
    const value = request.headers[name];
    if (value !== undefined && !own.has(name)) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

function puidHeader(request: IncomingMessage): string | undefined {
  const value = request.headers['seldon-puid'];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
