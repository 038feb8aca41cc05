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
import { reconnect } from './reconnect.ts';
import { restClient, type RestFailure, type RestReply, type RestRequest } from './rest-client.ts';
import {
  connectMs,
  forwardedHeaders,
  shown,
  type Target,
  type Transport,
  type TransportMethod,
  type TransportOptions,
  type UnitCall,
} from './transport.ts';
import { absent, aborted, notLetIn, refusedBy, unanswered, unreadable } from './upstream-error.ts';

export const paths: Record<TransportMethod, string> = {
  predict: '/predict',
  transformInput: '/transform-input',
  transformOutput: '/transform-output',
  route: '/route',
};

/** The longest that a unit may take to say how it is. */
const healthMs = 2000;

/** Seldon's internal microservice API over HTTP/1.1, on kept-alive connections. */
export function restTransport(target: Target, options: TransportOptions): Transport {
  const { timeoutMs, maxConnections, maxBodyBytes, access } = options;
  const limits = { timeoutMs, maxConnections, maxBodyBytes, connectMs: Math.min(timeoutMs, connectMs) };
  const client = restClient(target.address, { ...limits, tls: access.tls });

  const again = (refused: RestReply | RestFailure, request: RestRequest): Promise<RestReply | RestFailure> =>
    reconnect(refused, () => client.send(request), wasRefused, request.signal);

  /** One promise for the whole of it, as most requests come this way. */
  async function post<T>(path: string, call: UnitCall, write: () => Buffer, read: (body: Buffer) => T): Promise<T> {
    const body = write();
    const started = performance.now();
    const headers = forwardedHeaders(call, access);
    headers['content-type'] = 'application/json';
    const request: RestRequest = { path, method: 'POST', headers, body, signal: call.signal };
    let code = '503';
    let reply: RestReply | RestFailure;
    try {
      reply = await client.send(request);
      if (!call.hasty && wasRefused(reply)) reply = await again(reply, request);
      if ('why' in reply) throw failure(reply);
      code = String(reply.status);
      if (reply.status < 200 || reply.status > 299) throw refused(reply);
    } catch (error) {
      if (call.signal.aborted) {
        code = '499';
        throw aborted(call.signal);
      }
      if (!(error instanceof InferenceError && error.upstream)) code = String(InferenceError.from(error).http); // else the unit's own
      throw error;
    } finally {
      options.observe(path, 'post', code, (performance.now() - started) / 1000);
    }
    return read(reply.body);
  }

  /** A 503 says that the unit did not do the work: it is loading, or leaving. */
  function refused({ status, contentType, body }: RestReply): InferenceError {
    if (access.own && (status === 401 || status === 403)) return notLetIn(target, status);
    const error = refusedBy(target, status, contentType, body);
    return status === 503 ? absent(error, 'not_ready') : error;
  }

  function failure({ why, error, begun }: RestFailure): InferenceError {
    switch (why) {
      case 'timed_out':
        return absent(unanswered(target, 'DEADLINE_EXCEEDED', `did not answer within ${timeoutMs} ms`, error), 'timed_out');
      case 'too_large':
        return unanswered(target, 'INTERNAL', `answered with more than ${maxBodyBytes} bytes`, error);
      case 'unreadable':
        return unanswered(target, 'INTERNAL', `answered what is not HTTP/1.1: ${error.message}`, error);
      default: {
        const failed = unanswered(target, 'UNAVAILABLE', reasonOf(why, error), error);
        return begun ? failed : absent(failed, why === 'broke_off' ? 'broke_off' : 'unreached');
      }
    }
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
    send: (method, input, call) => post(paths[method], call, () => encode(input, call), message),
    aggregate: (messages, call) => post('/aggregate', call, () => encodeMessageListJson(messages), message),
    feedback: (feedback, call) =>
      post(
        '/send-feedback',
        call,
        () => encodeFeedbackJson(feedback),
        () => {},
      ),
    async metadata() {
      const request: RestRequest = { path: '/metadata', method: 'GET', headers: shown(access) };
      const reply = await again(await client.send(request), request);
      if ('why' in reply) throw failure(reply);
      if (reply.status === 404) return undefined;
      if (reply.status !== 200) throw refusedBy(target, reply.status, reply.contentType, reply.body);
      try {
        return decodeSeldonModelMetadataJson(reply.body);
      } catch (error) {
        throw unreadable(target, error);
      }
    },
    async ready() {
      const reply = await client.send({
        path: '/health/status',
        method: 'GET',
        headers: shown(access),
        signal: AbortSignal.timeout(healthMs),
      });
      if ('why' in reply) {
        if (reply.error.name !== 'TimeoutError') return { reason: failure(reply).message };
        return { reason: unanswered(target, 'UNAVAILABLE', `does not say within ${healthMs} ms that it is healthy`, reply.error).message };
      }
      const well = reply.status >= 200 && reply.status < 300;
      return well ? true : { reason: refusedBy(target, reply.status, reply.contentType, reply.body).message };
    },
    close: async () => client.close(),
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

function reasonOf(why: RestFailure['why'], error: Error): string {
  if (why === 'refused') return 'refuses connections: nothing listens there';
  if (why === 'broke_off') return 'broke off the connection';
  if ((error as NodeJS.ErrnoException).code === 'ENOTFOUND') return 'cannot be reached: there is no host of that name';
  return `cannot be reached: ${error.message}`;
}

const wasRefused = (outcome: RestReply | RestFailure): boolean => 'why' in outcome && outcome.why === 'refused';
