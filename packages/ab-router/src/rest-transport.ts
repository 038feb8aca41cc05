import { setTimeout as delay } from 'node:timers/promises';
import {
  decodeSeldonJson,
  encodeFeedbackJson,
  encodeMessageListJson,
  encodeSeldonJson,
  decodeSeldonModelMetadataJson,
  InferenceError,
  type Call,
  type Message,
} from '@switchyard/protocol';
import { Pool } from 'undici';
import { forwardedHeaders, type Target, type Transport, type TransportMethod, type TransportOptions, type UnitCall } from './transport.ts';
import { absent, aborted, refusedBy, unanswered, unreadable } from './upstream-error.ts';

const paths: Record<TransportMethod, string> = {
  predict: '/predict',
  transformInput: '/transform-input',
  transformOutput: '/transform-output',
  route: '/route',
};

type Request = {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body?: Buffer;
  readonly signal?: AbortSignal;
  /** Not to be tried again where the connection is refused. */
  readonly hasty?: boolean;
};
type Reply = { readonly status: number; readonly contentType: string; readonly body: Buffer };

/** Failures after the head of an answer had come. */
const begun = new WeakSet<Error>();

/** The longest that a unit may take to say how it is. */
const healthMs = 2000;

/** Waits between attempts to connect: a unit that restarts is back within the blink of an eye, one that is gone is said to be so. */
const connectRetryMs = [50, 150];

/** Seldon's internal microservice API over HTTP/1.1, on kept-alive connections. */
export function restTransport(target: Target, options: TransportOptions): Transport {
  const pool = new Pool(target.address, {
    connections: options.maxConnections,
    pipelining: 1,
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
    connectTimeout: Math.min(options.timeoutMs, 3000),
    maxResponseSize: options.maxBodyBytes,
  });

  async function once({ path, method, headers, body, signal }: Request): Promise<Reply> {
    const answer = await pool.request({ path, method, headers, body: body ?? null, signal: signal ?? null });
    const contentType = answer.headers['content-type'];
    return {
      status: answer.statusCode,
      contentType: typeof contentType === 'string' ? contentType : '',
      body: await answer.body.arrayBuffer().then(Buffer.from, (error: unknown) => {
        begun.add(error as Error);
        throw error;
      }),
    };
  }

  /** A connection that was refused has carried nothing, so another attempt cannot do the work twice; any other failure may have. */
  async function attempt(request: Request): Promise<Reply> {
    for (const wait of request.hasty ? [] : connectRetryMs) {
      try {
        return await once(request);
      } catch (error) {
        if (codeOf(error) !== 'ECONNREFUSED') throw error;
        await delay(wait, undefined, request.signal && { signal: request.signal });
      }
    }
    return once(request);
  }

  async function exchange(request: Request): Promise<Buffer> {
    const started = performance.now();
    let code = '503';
    try {
      const reply = await attempt(request);
      code = String(reply.status);
      if (reply.status < 200 || reply.status > 299) throw refused(reply);
      return reply.body;
    } catch (error) {
      if (request.signal?.aborted) {
        code = '499';
        throw aborted(request.signal);
      }
      const failed = failure(error);
      if (failed !== error) code = String(InferenceError.from(failed).http); // else it is the unit's own, and so is the status
      throw failed;
    } finally {
      options.observe(request.path, request.method.toLowerCase(), code, (performance.now() - started) / 1000);
    }
  }

  /** A 503 says that the unit did not do the work: it is loading, or leaving. */
  function refused({ status, contentType, body }: Reply): InferenceError {
    const error = refusedBy(target, status, contentType, body);
    return status === 503 ? absent(error, 'not_ready') : error;
  }

  function failure(error: unknown): unknown {
    const code = codeOf(error);
    if (code === undefined) return error;
    if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
      return absent(unanswered(target, 'DEADLINE_EXCEEDED', `did not answer within ${options.timeoutMs} ms`, error), 'timed_out');
    if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE')
      return unanswered(target, 'INTERNAL', `answered with more than ${options.maxBodyBytes} bytes`, error);
    const reason = reasons[code] ?? `cannot be reached: ${(error as Error).message || code}`;
    const failed = unanswered(target, 'UNAVAILABLE', reason, error);
    return begun.has(error as Error) ? failed : absent(failed, neverConnected.has(code) ? 'unreached' : 'broke_off');
  }

  async function post(path: string, body: Buffer, call: UnitCall): Promise<Buffer> {
    const headers = { ...forwardedHeaders(call), 'content-type': 'application/json' };
    return exchange({ path, method: 'POST', headers, body, signal: call.signal, hasty: call.hasty ?? false });
  }

  /** What JSON cannot carry, such as a NaN that came by gRPC, is the client's to mend where it is the client's own. */
  function encode(input: Message, call: Call): Buffer {
    try {
      return encodeSeldonJson(input);
    } catch (error) {
      if (input !== call.message) throw error;
      throw new InferenceError('INVALID_ARGUMENT', `unit "${target.unit}" takes JSON: ${(error as Error).message}`, { cause: error });
    }
  }

  function message(body: Buffer): Message {
    try {
      if (!looksLikeJson(body)) throw new SyntaxError(`"${body.subarray(0, 40).toString()}"`);
      const answer = decodeSeldonJson(body);
      void answer.meta; // read now, so that an answer that is not a message is known for this unit's
      return answer;
    } catch (error) {
      throw unreadable(target, error);
    }
  }

  const get = (path: string) => attempt({ path, method: 'GET', headers: {} });

  return {
    send: async (method, input, call) => message(await post(paths[method], encode(input, call), call)),
    aggregate: async (messages, call) => message(await post('/aggregate', encodeMessageListJson(messages), call)),
    feedback: async (feedback, call) => void (await post('/send-feedback', encodeFeedbackJson(feedback), call)),
    async metadata() {
      const reply = await get('/metadata').catch((error: unknown) => {
        throw failure(error);
      });
      if (reply.status === 404) return undefined;
      if (reply.status !== 200) throw refusedBy(target, reply.status, reply.contentType, reply.body);
      try {
        return decodeSeldonModelMetadataJson(reply.body);
      } catch (error) {
        throw unreadable(target, error);
      }
    },
    async ready() {
      try {
        const reply = await once({ path: '/health/status', method: 'GET', headers: {}, signal: AbortSignal.timeout(healthMs) });
        return reply.status >= 200 && reply.status < 300
          ? true
          : { reason: refusedBy(target, reply.status, reply.contentType, reply.body).message };
      } catch (error) {
        const failed = failure(error);
        return {
          reason:
            failed instanceof InferenceError
              ? failed.message
              : unanswered(target, 'UNAVAILABLE', `does not say within ${healthMs} ms that it is healthy`, error).message,
        };
      }
    },
    close: () => pool.destroy(),
  };
}

/** Whether it begins and ends as an object, or as a router's bare list does: its data is not looked at, since it only passes through. */
function looksLikeJson(body: Buffer): boolean {
  let [first, last] = [0, body.length - 1];
  while (isBlank(body[first])) first++;
  while (isBlank(body[last])) last--;
  return (body[first] === 0x7b && body[last] === 0x7d && last > first) || (body[first] === 0x5b && body[last] === 0x5d);
}

const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections: nothing listens there',
  ECONNRESET: 'broke off the connection',
  UND_ERR_SOCKET: 'broke off the connection',
  UND_ERR_CONNECT_TIMEOUT: 'cannot be reached: connecting took too long',
  ENOTFOUND: 'cannot be reached: there is no host of that name',
};

/** Nothing can have been sent. */
const neverConnected: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'UND_ERR_CONNECT_TIMEOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && (/^(UND_ERR_|E[A-Z]+)/.test(code) || code.startsWith('HPE_')) ? code : undefined;
}
