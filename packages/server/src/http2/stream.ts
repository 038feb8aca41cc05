import { type Code, codes, dataHead, kinds, maxWindow, numbersFrame } from './frames.ts';
import type { RequestHead } from './request-head.ts';

/** Who is told of what comes of a stream. */
export type Receiver = {
  /** A view of a part of the request's body. It counts against what the client may send until the stream is told to `release`. */
  received(piece: Buffer): void;
  /** All of the request has come. */
  receivedAll(): void;
  /** The stream is over, for whatever reason; nothing else is told after that. */
  closed(): void;
  /** Now and then, while there is a stream: for what may take too long. @param now by `performance.now()` */
  check(now: number): void;
};

/** What a stream asks of its connection. */
export type Wire = {
  /** Bytes that a client may send of a stream before they are released. */
  readonly windowBytes: number;
  /** Bytes of data that the connection takes now, and of one frame. */
  readonly room: number;
  readonly maxFrame: number;
  send(...frames: readonly Buffer[]): void;
  /** A block of headers, as a frame. */
  head(stream: number, block: Buffer, end: boolean): Buffer;
  /** Data were sent. */
  spend(bytes: number): void;
  /** Bytes more, or less, wait to be sent. */
  hold(bytes: number): void;
  /** The stream has data that cannot be sent now: it is to be pumped when that may have changed. */
  wait(stream: ServerStream): void;
  /** The client may send so much more on the connection. */
  release(bytes: number): void;
  forget(stream: ServerStream): void;
  /** The connection is to be read again when others have been. */
  stepBack(): void;
  reset(stream: number, code: Code): void;
};

type Piece = { readonly bytes: Buffer; at: number; readonly done: ((error?: Error) => void) | undefined };

/** One request and its answer (RFC 9113, 5). Data of the answer wait for the client's windows, in order. */
export class ServerStream {
  readonly id: number;
  readonly head: RequestHead;
  receiver: Receiver | undefined;
  readonly #wire: Wire;
  readonly #bodyBytes: number; // as the request states it
  #window: number; // what the client takes of data
  #received = 0;
  #unreleased = 0; // received, and the client may not send as much again
  #credit = 0; // released, and the client was not told yet
  #remoteEnded = false;
  #queue: Piece[] = [];
  #trailers: Buffer | undefined;
  #answered = false;
  #closed = false;

  constructor(id: number, head: RequestHead, wire: Wire, window: number) {
    this.id = id;
    this.head = head;
    this.#wire = wire;
    this.#window = window;
    this.#bodyBytes = Number(head.headers['content-length'] ?? Number.NaN);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The head of the answer is out. */
  get answered(): boolean {
    return this.#answered;
  }

  /** Something is written that the client has not taken. */
  get blocked(): boolean {
    return this.#queue.length > 0;
  }

  /** The client has sent all of the request. */
  get ended(): boolean {
    return this.#remoteEnded;
  }

  /** Begins the answer; `end` if that is all of it. */
  respond(block: Buffer, end = false): void {
    if (this.#closed) return;
    this.#answered = true;
    this.#wire.send(this.#wire.head(this.id, block, end));
    if (end) this.#over();
  }

  /** @param done Told when the client took it, or that it never will. */
  write(bytes: Buffer, done?: (error?: Error) => void): void {
    if (this.#closed) return done?.(gone());
    this.#queue.push({ bytes, at: 0, done });
    this.#wire.hold(bytes.length);
    if (this.#queue.length === 1) this.pump();
  }

  /** Ends the answer, after what was written. */
  end(trailers: Buffer): void {
    if (this.#closed) return;
    this.#trailers = trailers;
    if (this.#queue.length === 0) this.pump();
  }

  /** An answer as a whole: in one piece where the client takes it at once. */
  answer(head: Buffer, data: Buffer, trailers: Buffer): void {
    if (this.#closed) return;
    const wire = this.#wire;
    this.#answered = true;
    const { length } = data;
    if (length > this.#window || length > wire.room || length > wire.maxFrame) {
      wire.send(wire.head(this.id, head, false));
      this.write(data);
      return this.end(trailers);
    }
    this.#window -= length;
    wire.spend(length);
    wire.send(wire.head(this.id, head, false), dataHead(this.id, length), data, wire.head(this.id, trailers, true));
    this.#over();
  }

  /** Has its connection read again in its turn among those that ask for too much. */
  stepBack(): void {
    this.#wire.stepBack();
  }

  /** Ends the stream before its time. */
  close(code: Code): void {
    if (this.#closed) return;
    this.#wire.reset(this.id, code);
    this.leave();
  }

  /** Lets the client send as much more as has come. */
  release(): void {
    const bytes = this.#unreleased;
    if (bytes === 0) return;
    this.#unreleased = 0;
    this.#wire.release(bytes);
    this.#credit += bytes;
    if (this.#remoteEnded || this.#closed || this.#credit < this.#wire.windowBytes / 2) return;
    this.#wire.send(numbersFrame(kinds.windowUpdate, this.id, this.#credit));
    this.#credit = 0;
  }

  /** Sends what may be sent now. */
  pump(): void {
    const wire = this.#wire;
    for (let piece = this.#queue[0]; piece; piece = this.#queue[0]) {
      const left = piece.bytes.length - piece.at;
      const length = Math.min(left, this.#window, wire.room, wire.maxFrame);
      if (length <= 0 && left > 0) return wire.wait(this);
      if (left > 0) {
        this.#window -= length;
        wire.spend(length);
        wire.hold(-length);
        wire.send(dataHead(this.id, length), piece.bytes.subarray(piece.at, (piece.at += length)));
      }
      if (length < left) continue;
      this.#queue.shift();
      piece.done?.();
    }
    if (this.#trailers === undefined) return;
    wire.send(wire.head(this.id, this.#trailers, true));
    this.#over();
  }

  /** The client takes so much more, or less. @returns false where that is more than a window may be */
  widen(bytes: number): boolean {
    this.#window += bytes;
    return this.#window <= maxWindow;
  }

  /** Whether so much of a body may come now. */
  takes(bytes: number): boolean {
    return this.#unreleased + this.#credit + bytes <= this.#wire.windowBytes;
  }

  /** A part of the body, which took so many bytes. @returns false where it is not of the length that was stated */
  receive(piece: Buffer, bytes: number, end: boolean): boolean {
    this.#unreleased += bytes;
    this.#received += piece.length;
    if (this.#received > this.#bodyBytes || (end && this.#received < this.#bodyBytes)) return false;
    if (piece.length > 0) this.receiver?.received(piece);
    if (end) this.endRemote();
    return true;
  }

  /** @returns false where the body is shorter than was stated */
  endRemote(): boolean {
    if (this.#received < this.#bodyBytes) return false;
    this.#remoteEnded = true;
    if (!this.#closed) this.receiver?.receivedAll();
    return true;
  }

  /** The stream is over, and nobody need be told but its receiver. */
  leave(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#wire.forget(this);
    this.release();
    const queue = this.#queue;
    this.#queue = [];
    for (const { bytes, at, done } of queue) {
      this.#wire.hold(at - bytes.length);
      done?.(gone());
    }
    this.receiver?.closed();
  }

  /** All of the answer is out. A client that still sends is told that nobody reads it (RFC 9113, 8.1). */
  #over(): void {
    if (this.#remoteEnded) this.leave();
    else this.close(codes.none);
  }
}

const gone = (): Error => new Error('the stream is over');
