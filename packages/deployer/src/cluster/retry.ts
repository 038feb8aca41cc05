import { setTimeout as sleep } from 'node:timers/promises';
import { ApiException } from '@kubernetes/client-node';
import { isUntyped, networkCode, statusOf } from './explain-failure.ts';

export type RetryOptions = {
  /** Calls in all, the first included. */
  readonly attempts: number;
  /** Wait before the second call, in ms; it doubles from there. */
  readonly firstMs: number;
  readonly longestMs: number;
};

export const usualRetries: RetryOptions = { attempts: 5, firstMs: 200, longestMs: 5000 };

const passing = new Set([429, 500, 502, 503, 504]);
/** A connection that failed in these ways may succeed the next time; a wrong name or certificate will not. */
const passingCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
]);

/** Whether the same call may succeed later. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ApiException) return passing.has(error.code) && !isUntyped(error.code, statusOf(error));
  return passingCodes.has(networkCode(error) ?? '');
}

/** How long to wait after the failed call number `attempt` (from 1), in ms: twice as long each time, and never before the server's own word. */
export function waitAfter(
  attempt: number,
  error: unknown,
  { firstMs, longestMs }: RetryOptions,
  random: () => number = Math.random,
): number {
  const asked = error instanceof ApiException ? (statusOf(error).details?.retryAfterSeconds ?? 0) * 1000 : 0;
  const backOff = Math.min(longestMs, firstMs * 2 ** (attempt - 1));
  return Math.max(asked, backOff * (0.5 + random() / 2)); // spread, so that many clients do not come back at once
}

/** Calls until it succeeds, fails for good, or has been called often enough. */
export async function withRetries<T>(call: () => Promise<T>, options: RetryOptions = usualRetries): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= options.attempts || !isPassing(error)) throw error;
      await sleep(waitAfter(attempt, error, options));
    }
  }
}
