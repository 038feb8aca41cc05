import { setTimeout as pause } from 'node:timers/promises';
import { ArtifactError } from '../artifact-error.ts';

export type Request = {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
};

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
  /** Whether it was asked before, and that may have been heard: then 'it is there already' may mean 'you did it yourself'. */
  readonly repeated: boolean;
};

export type ExchangeOptions = {
  /** How often it is asked before it is given up. */
  readonly attempts?: number;
  /** How long one attempt may take, in milliseconds. */
  readonly timeoutMs?: number;
};

const transient = new Set([408, 429, 500, 502, 503, 504]);
/** Nothing that is tried again makes these better. */
const permanent = /^(ENOTFOUND|ERR_INVALID_URL|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|ERR_TLS)/;

/**
 * Asks, and after what passes (429, 5xx, a broken or refused connection, silence) asks again: after 0.1 s, doubled each time up to 5 s, of
 * which half is random, so that many do not come back at once (M. Brooker, "Exponential backoff and jitter"); or after what `Retry-After` says.
 * `make` is called for each attempt, since a signature has a date.
 * @throws ArtifactError UNAVAILABLE, naming the host; a refusal that stays is given as the answer
 */
export async function exchange(make: () => Promise<Request>, options: ExchangeOptions = {}): Promise<Answer> {
  return persist(options.attempts ?? 8, make, async (request, repeated) => {
    const response = await send(request, AbortSignal.timeout(options.timeoutMs ?? 60_000));
    const body = Buffer.from(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, body, repeated };
  });
}

/** The same, of an answer that is read in pieces: `alive` is to be called for each of them, else the connection is given up after 30 s. */
export async function exchangeStream(make: () => Promise<Request>): Promise<{ response: Response; alive: () => void; end: () => void }> {
  return persist(8, make, async (request) => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(new Error('nothing came for 30 s')), 30_000);
    try {
      const response = await send(request, controller.signal);
      if (transient.has(response.status)) await response.body?.cancel();
      return { response, status: response.status, headers: response.headers, alive: () => timer.refresh(), end: () => clearTimeout(timer) };
    } catch (error) {
      clearTimeout(timer);
      throw error;
    }
  });
}

async function persist<T extends { status: number; headers: Headers }>(
  attempts: number,
  make: () => Promise<Request>,
  once: (request: Request, repeated: boolean) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const request = await make();
    try {
      const answer = await once(request, attempt > 1);
      if (!transient.has(answer.status) || attempt >= attempts) return answer;
      await pause(delay(attempt, answer.headers.get('retry-after')));
    } catch (error) {
      if (attempt >= attempts || permanent.test(codeOf(error))) throw unreachable(request, error, attempt);
      await pause(delay(attempt, null));
    }
  }
}

function send({ url, body, ...request }: Request, signal: AbortSignal): Promise<Response> {
  return fetch(url, { ...request, ...(body && { body: body as Uint8Array<ArrayBuffer> }), redirect: 'manual', signal });
}

/** In milliseconds. */
function delay(attempt: number, retryAfter: string | null): number {
  const told = Number(retryAfter ?? Number.NaN) * 1000;
  if (told >= 0) return Math.min(told, 20_000);
  const most = Math.min(100 * 2 ** (attempt - 1), 5000);
  return most / 2 + (Math.random() * most) / 2;
}

/** `fetch` says 'fetch failed'; what failed is in the cause. */
function codeOf(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  return cause === undefined ? (typeof code === 'string' ? code : '') : codeOf(cause);
}

function reasonOf(error: unknown): string {
  const { message, cause, errors } = error as Error & { errors?: readonly Error[] };
  if (cause !== undefined) return reasonOf(cause);
  return message || errors?.map((each) => each.message).join(', ') || codeOf(error); // an AggregateError has no message
}

function unreachable({ url }: Request, error: unknown, attempts: number): ArtifactError {
  const tried = attempts > 1 ? ` (${attempts} attempts)` : '';
  return new ArtifactError('UNAVAILABLE', `no answer from ${new URL(url).origin}${tried}: ${reasonOf(error)}`, { cause: error });
}
