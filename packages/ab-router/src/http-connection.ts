import { outbox } from '@switchyard/server';
import { dial, type Place } from './dial.ts';
import { type HttpAnswer, httpAnswerReader } from './http-answer.ts';
import { HttpAnswerError } from './http-answer-error.ts';
import type { UnitTls } from './unit-access.ts';

/**
 * How a request fared that got no whole answer. `unreached`: no connection came about, so nothing can have been sent; `refused`: so, and
 * by the host itself, at once; `broke_off`: the connection broke; `unreadable`: what came is no HTTP; `too_large`; `timed_out`; `aborted`.
 */
export type RestFailure = {
  readonly why: 'unreached' | 'refused' | 'broke_off' | 'unreadable' | 'too_large' | 'timed_out' | 'aborted';
  readonly error: Error;
  /** Whether the head of an answer had come. */
  readonly begun: boolean;
};

/** Who is told how a request fared. */
export type Told = { told(outcome: HttpAnswer | RestFailure): void };

export type HttpConnection = {
  /** Sends a request, and tells how it fared, once. One at a time: the next when that is told and the connection is still open. */
  ask(head: string, body: Buffer | undefined, until: number, asking: Told): void;
  /** Ends it, and so the request that is under way. */
  close(why: RestFailure['why'], error: Error): void;
  readonly open: boolean;
  /** When the answer that it waits for is late; Infinity where it waits for none. */
  readonly until: number;
};

export type HttpConnectionOptions = {
  readonly connectMs: number;
  readonly maxBodyBytes: number;
  readonly tls?: UnitTls | undefined;
  readonly onClose: () => void;
};

const readBytes = 16 * 1024;

/** Of all connections: a server that is woken by the first request of a turn finds the others there. */
const later = outbox();

/** One connection to a server, opened at once; what is asked before it is there waits for it. */
export function httpConnection(place: Place, { connectMs, maxBodyBytes, tls, onClose }: HttpConnectionOptions): HttpConnection {
  const reader = httpAnswerReader(maxBodyBytes);
  let asking: Told | undefined;
  let late = Infinity;
  let connected = false;
  let open = true;

  function shut(): void {
    open = false;
    clearTimeout(connecting);
    socket.destroy();
    onClose();
  }

  function close(why: RestFailure['why'], error: Error): void {
    if (!open) return;
    shut();
    settle({ why, error, begun: reader.begun });
  }

  function settle(outcome: HttpAnswer | RestFailure): void {
    const asked = asking;
    asking = undefined;
    late = Infinity;
    asked?.told(outcome);
  }

  function answered(answer: HttpAnswer): void {
    if (!answer.reusable) shut();
    settle(answer);
  }

  function write(head: string, body: Buffer | undefined): void {
    if (!open) return;
    if (body === undefined) return void socket.write(head, 'latin1');
    if (body.length <= joined) return void socket.write(head + body.toString('latin1'), 'latin1');
    socket.cork();
    socket.write(head, 'latin1');
    socket.write(body);
    socket.uncork();
  }

  function read(bytes: Buffer): void {
    if (asking === undefined) return close('unreadable', new HttpAnswerError('an answer that nobody asked for'));
    try {
      const answer = reader.read(bytes);
      if (answer) answered(answer);
    } catch (error) {
      close(error instanceof HttpAnswerError && error.tooLarge ? 'too_large' : 'unreadable', error as Error);
    }
  }

  const socket = dial(place, {
    tls,
    readBytes,
    onBytes: (bytes) => void (open && read(bytes)),
    onConnect() {
      connected = true;
      clearTimeout(connecting);
    },
  });
  const connecting = setTimeout(() => close('unreached', new Error(`no connection within ${connectMs} ms`)), connectMs);
  socket.on('error', (error: NodeJS.ErrnoException) => {
    close(connected ? 'broke_off' : error.code === 'ECONNREFUSED' ? 'refused' : 'unreached', error);
  });
  socket.on('end', () => {
    const answer = reader.end();
    if (answer) answered(answer);
    else close('broke_off', new Error('the other side closed the connection'));
  });
  socket.on('close', () => close('broke_off', new Error('the connection was closed')));

  return {
    ask(head, body, until, asks) {
      asking = asks;
      late = until;
      later(() => write(head, body));
    },
    close,
    get open() {
      return open;
    },
    get until() {
      return late;
    },
  };
}

/** Up to here, a body is written with its head as the latin1 text that it is too: one piece, and the cheapest of writes. */
const joined = 12 * 1024;
