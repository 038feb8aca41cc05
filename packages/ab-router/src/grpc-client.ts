import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2';
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

const { NGHTTP2_CANCEL, NGHTTP2_FLAG_END_STREAM, NGHTTP2_REFUSED_STREAM } = constants;

/**
 * A client of unary gRPC calls whose messages are bytes, on one HTTP/2 connection. It does what a router needs and no more: no
 * resolvers, balancing, interceptors or compression. In exchange a call costs a third of grpc-js's, and one that failed says how far it came.
 *
 * @example
 *     const client = grpcClient('127.0.0.1:5000', { connectMs: 3000, maxBodyBytes: 64 * 1024 ** 2 });
 *     await client.unary({ path: '/seldon.protos.Model/Predict', body, timeoutMs: 1000 });
 */
export function grpcClient(address: string, { connectMs, maxBodyBytes, tls }: GrpcClientOptions): GrpcClient {
  const connection = grpcSession(address, connectMs, tls);

  async function connected({ signal }: GrpcRequest): Promise<ClientHttp2Session | GrpcFailure> {
    try {
      return await raceAbort(connection.open(), signal);
    } catch (cause) {
      return signal?.aborted ? cancelled('unsent') : lost(`cannot be reached: ${(cause as Error).message}`, 'unsent', cause);
    }
  }

  /** A call that the server did not look at, since it was just leaving, goes over another connection, once. */
  async function unary(request: GrpcRequest): Promise<Buffer | GrpcFailure> {
    for (let again = true; ; again = false) {
      const session = connection.current ?? (await connected(request));
      if ('progress' in session) return session;
      const answer = await exchange(session, request);
      if (Buffer.isBuffer(answer) || answer.details !== refused || !again) return answer;
      connection.leave(session);
    }
  }

  function exchange(session: ClientHttp2Session, request: GrpcRequest): Promise<Buffer | GrpcFailure> {
    const { body, timeoutMs, signal } = request;
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve(cancelled('unsent'));
      let stream: ClientHttp2Stream;
      try {
        stream = session.request(headersOf(request));
      } catch (cause) {
        return resolve(lost(refused, 'unsent', cause)); // it closed since we looked at it
      }
      let head: Head | undefined;
      let trailers: IncomingHttpHeaders | undefined;
      let cause: unknown;
      const chunks: Buffer[] = [];
      let size = 0;

      const settle = (outcome: Buffer | GrpcFailure): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        resolve(outcome);
      };
      /** Does not wait for the stream to close: where the connection is stuck, that may take for ever. */
      const give = (failure: Omit<GrpcFailure, 'progress'>): void => {
        settle({ ...failure, progress: size === 0 ? 'sent' : 'begun' });
        stream.close(NGHTTP2_CANCEL);
      };
      const abort = (): void => give(cancelled('sent'));
      const timer = setTimeout(() => {
        give({ status: grpcNumber('DEADLINE_EXCEEDED'), details: `no answer within ${timeoutMs} ms`, own: false });
        connection.leave(session); // it may be the connection that is dead
      }, timeoutMs);
      signal?.addEventListener('abort', abort);

      stream.on('response', (received, flags) => {
        head = received;
        if ((flags & NGHTTP2_FLAG_END_STREAM) !== 0) trailers = received; // a status in place of an answer
      });
      stream.on('trailers', (received) => void (trailers = received));
      stream.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= maxBodyBytes + framing) chunks.push(chunk);
        else give(said('RESOURCE_EXHAUSTED', `answered with more than ${maxBodyBytes} bytes`));
      });
      stream.on('error', (error) => void (cause = error));
      stream.on('close', () => settle(outcomeOf({ head, trailers, chunks, cause, session, code: stream.rstCode ?? 0 })));
      return void stream.end(grpcFrame(body));
    });
  }

  return { unary, close: connection.close };
}

function headersOf({ path, headers, timeoutMs }: GrpcRequest): Record<string, string> {
  const timeout = `${Math.min(Math.ceil(timeoutMs), 99_999_999)}m`; // of eight digits at most
  return { ...headers, ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers', 'grpc-timeout': timeout };
}

type Head = IncomingHttpHeaders & IncomingHttpStatusHeader;

type Ended = {
  readonly head: Head | undefined;
  readonly trailers: IncomingHttpHeaders | undefined;
  readonly chunks: readonly Buffer[];
  readonly cause: unknown;
  readonly session: ClientHttp2Session;
  /** HTTP/2's reason for the end of the stream. */
  readonly code: number;
};

function outcomeOf({ head, trailers, chunks, cause, session, code }: Ended): Buffer | GrpcFailure {
  const progress = chunks.length === 0 ? 'sent' : 'begun';
  const text = trailers?.['grpc-status'];
  if (text === '0') {
    try {
      return unframe(chunks);
    } catch (error) {
      return { ...said('INTERNAL', (error as Error).message), progress: 'begun' };
    }
  }
  if (text !== undefined) {
    const details = decodeGrpcMessage(String(trailers?.['grpc-message'] ?? ''));
    const status = Number(text);
    return { status: Number.isInteger(status) ? status : grpcNumber('UNKNOWN'), details, own: true, progress };
  }
  const http = head?.[':status'];
  if (http !== undefined && http !== 200) return { ...said(grpcOfHttp(http), `answered HTTP ${http}`), progress };
  if (code === NGHTTP2_REFUSED_STREAM) return lost(refused, 'unsent', cause);
  // Of a connection that broke, Node says that its streams were cancelled.
  if (session.destroyed || code === NGHTTP2_CANCEL) return lost('broke off the connection', progress, cause);
  return { ...said('INTERNAL', `ended the call without a status, with HTTP/2 code ${code}`), progress };
}

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
