import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { Agent as PlainAgent, request as plainRequest } from '../../node-http.ts';

/**
 * What became of a request to the sink: `taken`; `refused`, never to be sent again; `failed`, it answered that it cannot now;
 * `unreachable`, it did not answer.
 */
export type Outcome = { readonly kind: 'taken' } | { readonly kind: 'refused' | 'failed' | 'unreachable'; readonly why: string };

/** What is sent at once. */
export type EventRequest = { readonly headers: Readonly<Record<string, string>>; readonly body: string | Uint8Array };

export type EventSink = {
  /** Never throws. */
  post(request: EventRequest): Promise<Outcome>;
  /** Ends what is under way. */
  close(): void;
};

export type SinkOptions = {
  /** The longest that one request may take. */
  readonly timeoutMs: number;
  /** Requests at the same time. */
  readonly lanes: number;
  readonly token?: string | undefined;
};

/** HTTP POST to one address, on kept-alive connections. What the sink says beside its status is not read. */
export function eventSink(url: URL, { timeoutMs, lanes, token }: SinkOptions): EventSink {
  const tls = url.protocol === 'https:';
  const agent = new (tls ? TlsAgent : PlainAgent)({ keepAlive: true, maxSockets: lanes });
  const send = tls ? tlsRequest : plainRequest;
  const authorization = token === undefined ? undefined : { authorization: `Bearer ${token}` };
  return {
    post: ({ headers, body }) =>
      new Promise((resolve) => {
        const signal = AbortSignal.timeout(timeoutMs); // of the whole: a sink may also stop in the middle
        const unreachable = (error: Error): void =>
          resolve({ kind: 'unreachable', why: signal.aborted ? `no answer within ${timeoutMs} ms` : error.message });
        const length = { 'content-length': Buffer.byteLength(body) };
        const request = send(url, { method: 'POST', agent, signal, headers: { ...headers, ...authorization, ...length } }, (response) => {
          response.on('error', unreachable);
          response.on('end', () => resolve(outcomeOf(response.statusCode ?? 0)));
          response.resume();
        });
        request.on('error', unreachable);
        request.end(body);
      }),
    close: () => agent.destroy(),
  };
}

function outcomeOf(status: number): Outcome {
  if (status >= 200 && status < 300) return { kind: 'taken' };
  const later = status >= 500 || status === 429 || status === 408;
  return { kind: later ? 'failed' : 'refused', why: `answered ${status}` };
}
