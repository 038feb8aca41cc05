import { ClientError, type ErrorCode } from './client-error.ts';

export type CallOptions = {
  readonly signal?: AbortSignal;
  /** For all attempts together. */
  readonly timeoutMs?: number;
};

type Request = {
  readonly method: 'GET' | 'POST';
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly requestId?: string;
  /** How often it may be sent again; only what changes nothing may. */
  readonly retries: number;
  readonly fetch?: Fetch | undefined;
};

/** As the global one, but perhaps with certificates of its own. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export type Reply = { readonly status: number; readonly headers: Headers; readonly bytes: Uint8Array };

const firstWaitMs = 100;
const longestWaitMs = 2000;

/**
 * Sends a request, and sends it again where no answer began, or 429 or 503 says when to come back. An answer that breaks off is not asked for again.
 * @throws ClientError
 */
export async function exchange(url: string, request: Request, { signal, timeoutMs = 30_000 }: CallOptions): Promise<Reply> {
  const { retries, requestId, fetch: ask = fetch, ...init } = request;
  const until = Date.now() + timeoutMs;
  const timeout = AbortSignal.timeout(timeoutMs);
  const both = signal ? AbortSignal.any([signal, timeout]) : timeout;
  const fail = (code: ErrorCode, why: string, cause?: unknown): ClientError => {
    if (signal?.aborted) return new ClientError('ABORTED', `${url}: aborted`, { requestId, cause: signal.reason });
    if (timeout.aborted) return new ClientError('TIMEOUT', `${url}: no answer within ${timeoutMs} ms`, { requestId, cause });
    return new ClientError(code, `${url}: ${why}`, { requestId, cause });
  };
  for (let attempt = 0; ; attempt++) {
    const backoff = Math.min(longestWaitMs, firstWaitMs * 2 ** attempt) * (0.5 + Math.random() / 2);
    let response: Response;
    try {
      response = await ask(url, { ...init, signal: both });
    } catch (error) {
      if (both.aborted || attempt >= retries || Date.now() + backoff > until) throw fail('UNREACHABLE', reasonOf(error), error);
      await pause(backoff, both);
      continue;
    }
    try {
      const bytes = new Uint8Array(await response.arrayBuffer());
      const asked = response.status === 429 || response.status === 503 ? retryAfterMs(response.headers.get('retry-after')) : undefined;
      const wait = asked === undefined ? Infinity : Math.max(asked, backoff);
      if (attempt >= retries || Date.now() + wait > until) return { status: response.status, headers: response.headers, bytes };
      await pause(wait, both);
    } catch (error) {
      throw fail('BAD_ANSWER', `the answer broke off: ${reasonOf(error)}`, error);
    }
  }
}

/** What a status that is no success stands for, with the server's own words. */
export function refusal(url: string, { status, bytes }: Reply, requestId?: string): ClientError {
  const code = status === 429 ? 'OVERLOADED' : status === 503 ? 'UNAVAILABLE' : status >= 500 ? 'FAILED' : 'REFUSED';
  const text = new TextDecoder().decode(bytes);
  let words: unknown;
  try {
    const body = JSON.parse(text) as { error?: unknown; status?: { info?: unknown } } | null;
    words = body?.error ?? body?.status?.info;
  } catch {} // then it is no JSON
  return new ClientError(code, `${url}: ${status}: ${typeof words === 'string' ? words : text.slice(0, 200)}`, { status, requestId });
}

/** Seconds, or a date. */
function retryAfterMs(value: string | null): number | undefined {
  if (value === null || value.trim() === '') return undefined;
  const seconds = Number(value);
  const wait = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

/** Waits, or less where the signal says so; the request that follows then ends at once. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}

/** Node keeps why a fetch failed in its cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { message?: string; code?: string } };
  return cause?.message || cause?.code || message || String(error);
}
