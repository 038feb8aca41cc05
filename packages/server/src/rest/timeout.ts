import type { IncomingMessage } from 'node:http';
import { InferenceError } from '@switchyard/protocol';

/**
 * How long a client waits for its answer, in milliseconds: `X-Request-Timeout`, in seconds, as JSON writes a number: `0.5`, `1e-3`. No header, no limit.
 * @throws InferenceError INVALID_ARGUMENT for what is no number above 0
 */
export function timeoutOf(request: IncomingMessage): number {
  const header = request.headers['x-request-timeout'];
  if (header === undefined) return Infinity;
  const seconds = typeof header === 'string' && /^ *[0-9]*\.?[0-9]+(?:e[+-]?[0-9]+)? *$/i.test(header) ? Number(header) : 0;
  if (seconds > 0) return seconds * 1000;
  throw new InferenceError('INVALID_ARGUMENT', `X-Request-Timeout "${String(header)}" is not a number of seconds above 0`);
}
