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
import { reconnecting } from './reconnect.ts';
import { restClient, type RestFailure, type RestReply, type RestRequest } from './rest-client.ts';
import {
  connectMs,
  forwardedHeaders,
  type Target,
  type Transport,
  type TransportMethod,
  type TransportOptions,
  type UnitCall,
} from './transport.ts';
import { absent, aborted, refusedBy, unanswered, unreadable } from './upstream-error.ts';

const paths: Record<TransportMethod, string> = {
  predict: '/predict',
  transformInput: '/transform-input',
  transformOutput: '/transform-output',
  route: '/route',
};

/** The longest that a unit may take to say how it is. */
const healthMs = 2000;

/** Seldon's internal microservice API over HTTP/1.1, on kept-alive connections. */
export function restTransport(target: Target, options: TransportOptions): Transport {
  const { timeoutMs, maxConnections, maxBodyBytes } = options;
  const client = restClient(target.address, { timeoutMs, maxConnections, maxBodyBytes, connectMs: Math.min(timeoutMs, connectMs) });

  const attempt = (request: RestRequest, hasty = false): Promise<RestReply | RestFailure> =>
    reconnecting(() => client.send(request), wasRefused, { ...(request.signal && { signal: request.signal }), hasty });

  async function exchange(request: RestRequest, hasty: boolean): Promise<Buffer> {
    const started = performance.now();
    let code = '503';
    try {
      const reply = await attempt(request, hasty);
      if ('error' in reply) throw failure(reply);
      code = String(reply.status);
      if (reply.status < 200 || reply.status > 299) throw refused(reply);
      return reply.body;
    } catch (error) {
      if (request.signal?.aborted) {
        code = '499';
        throw aborted(request.signal);
      }
      if (!(error instanceof InferenceError && error.upstream)) code = String(InferenceError.from(error).http); // else the unit's own
      throw error;
    } finally {
      options.observe(request.path, 'post', code, (performance.now() - started) / 1000);
    }
  }

  /** A 503 says that the unit did not do the work: it is loading, or leaving. */
  function refused({ status, contentType, body }: RestReply): InferenceError {
    const error = refusedBy(target, status, contentType, body);
    return status === 503 ? absent(error, 'not_ready') : error;
  }

  function failure({ error, begun }: RestFailure): InferenceError {
    const code = codeOf(error);
    if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
      return absent(unanswered(target, 'DEADLINE_EXCEEDED', `did not answer within ${timeoutMs} ms`, error), 'timed_out');
    if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE')
      return unanswered(target, 'INTERNAL', `answered with more than ${maxBodyBytes} bytes`, error);
    const reason = reasons[code] ?? `cannot be reached: ${error.message || code}`;
    const failed = unanswered(target, 'UNAVAILABLE', reason, error);
    return begun ? failed : absent(failed, neverConnected.has(code) ? 'unreached' : 'broke_off');
  }

  function post(path: string, body: Buffer, call: UnitCall): Promise<Buffer> {
    const headers = forwardedHeaders(call);
    headers['content-type'] = 'application/json';
    return exchange({ path, method: 'POST', headers, body, signal: call.signal }, call.hasty ?? false);
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

  return {
    send: async (method, input, call) => message(await post(paths[method], encode(input, call), call)),
    aggregate: async (messages, call) => message(await post('/aggregate', encodeMessageListJson(messages), call)),
    feedback: async (feedback, call) => void (await post('/send-feedback', encodeFeedbackJson(feedback), call)),
    async metadata() {
      const reply = await attempt({ path: '/metadata', method: 'GET', headers: {} });
      if ('error' in reply) throw failure(reply);
      if (reply.status === 404) return undefined;
      if (reply.status !== 200) throw refusedBy(target, reply.status, reply.contentType, reply.body);
      try {
        return decodeSeldonModelMetadataJson(reply.body);
      } catch (error) {
        throw unreadable(target, error);
      }
    },
    async ready() {
      const reply = await client.send({ path: '/health/status', method: 'GET', headers: {}, signal: AbortSignal.timeout(healthMs) });
      if ('error' in reply) {
        if (reply.error.name !== 'TimeoutError') return { reason: failure(reply).message };
        return { reason: unanswered(target, 'UNAVAILABLE', `does not say within ${healthMs} ms that it is healthy`, reply.error).message };
      }
      const well = reply.status >= 200 && reply.status < 300;
      return well ? true : { reason: refusedBy(target, reply.status, reply.contentType, reply.body).message };
    },
    close: () => client.close(),
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

const wasRefused = (outcome: RestReply | RestFailure): boolean => 'error' in outcome && codeOf(outcome.error) === 'ECONNREFUSED';

const codeOf = (error: Error): string => String((error as NodeJS.ErrnoException).code ?? '');
