import type { IncomingMessage } from 'node:http';
import type { Cors } from '../cors-settings.ts';

/** What a page may read of an answer beside its body. */
const exposed = 'inference-header-content-length, retry-after, seldon-puid, seldon-routing';

/** Headers that let a page of the request's origin read the answer; none where it has no origin, or one that is not allowed. */
export function corsHeaders({ headers: { origin } }: IncomingMessage, { origins }: Cors): Record<string, string> {
  if (origin === undefined) return {};
  const all = origins.includes('*');
  if (!all && !origins.includes(origin)) return {};
  return { 'access-control-allow-origin': all ? '*' : origin, 'access-control-expose-headers': exposed, ...(!all && { vary: 'origin' }) };
}

/** Further headers of the answer to OPTIONS, by which a browser asks first. No cookies are allowed: nothing here reads any. */
export function preflightHeaders(request: IncomingMessage, cors: Cors, methods: string): Record<string, string> {
  const basic = corsHeaders(request, cors);
  if (basic['access-control-allow-origin'] === undefined || request.headers['access-control-request-method'] === undefined) return basic;
  const wanted = request.headers['access-control-request-headers'];
  const allowed = cors.headers.includes('*') ? wanted : cors.headers.join(', ');
  return {
    ...basic,
    'access-control-allow-methods': methods,
    ...(allowed && { 'access-control-allow-headers': allowed }),
    'access-control-max-age': '600',
  };
}
