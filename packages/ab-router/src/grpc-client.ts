import { type AnswerEnd, type AnswerHead, type Asking, type ClientConnection, headerBlock } from '@switchyard/server';
import { decodeGrpcMessage, framing, grpcFrame, grpcNumber, grpcOfHttp, type CallSignal, type GrpcStatus } from '@switchyard/protocol';
import { unframe } from './grpc-frame.ts';
import { grpcSession } from './grpc-session.ts';
import type { UnitTls } from './unit-access.ts';

/** How far a call came that failed: nothing was sent; it was sent; the message of its answer had begun. A head alone is no answer yet. */
export type Progress = 'unsent' | 'sent' | 'begun';

/** A call that failed. `own`: with a status that the server gave; else the connection, the time or the caller has ended it. */
export type GrpcFailure = {
  readonly status: number;
  readonly details: string;
  readonly own: boolean;
  readonly progress: Progress;
  readonly cause?: unknown;
};

export type GrpcRequest = {
  readonly path: string;
  readonly body: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal?: CallSignal;
};

export type GrpcClient = {
  /** The message of the answer, or how it failed; never throws, since a failure that is tried elsewhere needs no stack. */
  unary(request: GrpcRequest): Promise<Buffer | GrpcFailure>;
  close(): void;
};

export type GrpcClientOptions = { readonly connectMs: number; readonly maxBodyBytes: number; readonly tls?: UnitTls | undefined };

/**
 * A client of unary gRPC calls whose messages are bytes, on one HTTP/2 connection. It does what a router needs and no more: no
 * resolvers, balancing, interceptors or compression. In exchange a call costs a third of grpc-js's, and one that failed says how far it came.
 *
 * @example
 *     const client = grpcClient('127.0.0.1:5000', { connectMs: 3000, maxBodyBytes: 64 * 1024 ** 2 });
 *     await client.unary({ path: '/seldon.protos.Model/Predict', body, timeoutMs: 1000 });
 */
export function grpcClient(address: string, { connectMs, maxBodyBytes, tls }: GrpcClientOptions): GrpcClient {
  const session = grpcSession(address, connectMs, tls);
  const heads = requestHeads(address, tls ? 'https' : 'http');

  async function connected({ signal }: GrpcRequest): Promise<ClientConnection | GrpcFailure> {
    try {
      return await raceAbort(session.open(), signal);
    } catch (cause) {
      return signal?.aborted ? cancelled('unsent') : lost(`cannot be reached: ${(cause as Error).message}`, 'unsent', cause);
    }
  }

  /** A call that the server did not look at, since it was just leaving, goes over another connection, once. */
  async function unary(request: GrpcRequest): Promise<Buffer | GrpcFailure> {
    for (let again = true; ; again = false) {
      const connection = session.current ?? (await connected(request));
      if ('progress' in connection) return connection;
      const answer = await exchange(connection, request);
      if (Buffer.isBuffer(answer) || answer.details !== refused || !again) return answer;
      connection.leave();
    }
  }

  function exchange(connection: ClientConnection, request: GrpcRequest): Promise<Buffer | GrpcFailure> {
    return new Promise((resolve) => {
      if (request.signal?.aborted) return resolve(cancelled('unsent'));
      if (!connection.open) return resolve(lost(refused, 'unsent', undefined)); // since we looked at it
      return void new Exchange(connection, request, maxBodyBytes, resolve).start(heads(request));
    });
  }

  return { unary, close: session.close };
}

/** The headers of calls, as a block: most of them are the same for each call of a method, and are written once. */
function requestHeads(authority: string, scheme: string): (request: GrpcRequest) => Buffer {
  const known = new Map<string, Buffer>();
  return ({ path, headers = {}, timeoutMs }) => {
    const key = `${timeoutMs} ${path}`;
    let first = known.get(key);
    if (first === undefined) {
      const timeout = `${Math.min(Math.ceil(timeoutMs), 99_999_999)}m`; // of eight digits at most
      const pseudo = { ':method': 'POST', ':scheme': scheme, ':path': path, ':authority': authority };
      first = headerBlock({ ...pseudo, te: 'trailers', 'content-type': 'application/grpc', 'grpc-timeout': timeout });
      if (known.size < mostHeads) known.set(key, first);
    }
    return Buffer.concat([first, headerBlock(headers)]);
  };
}

/** A client calls some methods with some times: there are no more. */
const mostHeads = 32;

/** One call, from its start to its outcome. A class, as its methods are then made once and not for every call. */
class Exchange implements Asking {
  readonly #connection: ClientConnection;
  readonly #request: GrpcRequest;
  readonly #maxBytes: number;
  readonly #resolve: (outcome: Buffer | GrpcFailure) => void;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #http: number | undefined;
  #last: AnswerHead['headers'] | undefined;
  #timer: NodeJS.Timeout | undefined;
  #letBe = (): void => {};

  constructor(connection: ClientConnection, request: GrpcRequest, maxBodyBytes: number, resolve: (outcome: Buffer | GrpcFailure) => void) {
    this.#connection = connection;
    this.#request = request;
    this.#maxBytes = maxBodyBytes;
    this.#resolve = resolve;
  }

  start(head: Buffer): void {
    const { body, timeoutMs, signal } = this.#request;
    this.#timer = setTimeout(() => this.#expire(), timeoutMs);
    signal?.addEventListener('abort', this);
    this.#letBe = this.#connection.ask(head, grpcFrame(body), this);
  }

  /** Of the signal. */
  handleEvent(): void {
    this.#give(cancelled('sent'));
  }

  head({ status, headers }: AnswerHead): void {
    this.#http ??= status;
    this.#last = headers;
  }

  received(piece: Buffer): void {
    this.#size += piece.length;
    if (this.#size <= this.#maxBytes + framing) this.#chunks.push(Buffer.from(piece));
    else this.#give(said('RESOURCE_EXHAUSTED', `answered with more than ${this.#maxBytes} bytes`));
  }

  ended(end: AnswerEnd): void {
    this.#settle(this.#outcome(end));
  }

  #expire(): void {
    const { timeoutMs } = this.#request;
    this.#give({ status: grpcNumber('DEADLINE_EXCEEDED'), details: `no answer within ${timeoutMs} ms`, own: false });
    this.#connection.leave(); // it may be the connection that is dead
  }

  #give(failure: Omit<GrpcFailure, 'progress'>): void {
    this.#letBe();
    this.#settle({ ...failure, progress: this.#progress });
  }

  #settle(outcome: Buffer | GrpcFailure): void {
    clearTimeout(this.#timer);
    this.#request.signal?.removeEventListener('abort', this);
    this.#resolve(outcome);
  }

  get #progress(): Progress {
    return this.#size === 0 ? 'sent' : 'begun';
  }

  #outcome(end: AnswerEnd): Buffer | GrpcFailure {
    const progress = this.#progress;
    const text = end.how === 'whole' ? this.#last?.['grpc-status'] : undefined;
    if (text === '0') {
      try {
        return unframe(this.#chunks);
      } catch (error) {
        return { ...said('INTERNAL', (error as Error).message), progress: 'begun' };
      }
    }
    if (text !== undefined) {
      const details = decodeGrpcMessage(this.#last?.['grpc-message'] ?? '');
      const status = Number(text);
      return { status: Number.isInteger(status) ? status : grpcNumber('UNKNOWN'), details, own: true, progress };
    }
    const http = this.#http;
    if (http !== undefined && http !== 200) return { ...said(grpcOfHttp(http), `answered HTTP ${http}`), progress };
    switch (end.how) {
      case 'refused':
        return lost(refused, 'unsent', undefined);
      case 'lost':
        return lost('broke off the connection', progress, end.cause);
      case 'reset':
        if (end.code === cancel) return lost('broke off the call', progress, undefined);
        return { ...said('INTERNAL', `ended the call without a status, with HTTP/2 code ${end.code}`), progress };
      case 'whole':
        return { ...said('INTERNAL', 'ended the call without a status'), progress };
    }
  }
}

/** HTTP/2's code of a stream that is not wanted any more: a server that says so has given the call up. */
const cancel = 8;

const refused = 'is leaving: it takes no more calls on this connection';

const said = (status: GrpcStatus, details: string) => ({ status: grpcNumber(status), details, own: true }) as const;

const lost = (details: string, progress: Progress, cause: unknown): GrpcFailure => ({
  status: grpcNumber('UNAVAILABLE'),
  details,
  own: false,
  progress,
  cause,
});

const cancelled = (progress: Progress): GrpcFailure => ({
  status: grpcNumber('CANCELLED'),
  details: 'the caller went',
  own: false,
  progress,
});

async function raceAbort<T>(work: Promise<T>, signal: CallSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  const { promise: gone, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([work, gone]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
