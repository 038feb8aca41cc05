import { grpcFrame, InferenceError } from '@switchyard/protocol';
import { codes } from '../http2/frames.ts';
import { headerBlock } from '../http2/hpack/header-block.ts';
import type { Receiver, ServerStream } from '../http2/stream.ts';
import { Inbox } from './inbox.ts';
import { trailersOf } from './status.ts';
import { timeoutOf } from './timeout.ts';

/** Answers a call; whatever goes wrong is told to its client, never thrown. */
export type Handler = (call: Call) => Promise<void>;

const head = { ':status': '200', 'content-type': 'application/grpc' };
const headBlock = headerBlock(head);
const ok = headerBlock({ 'grpc-status': '0' });

/** The longest that a client may take to have read its answer, or to see that it has one; then its stream is closed. */
const takeMs = 60_000;

/** One call: what its head says, the messages that come, and the ways to answer. A class, as its methods are then made once and not for every call. */
export class Call implements Receiver {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly inbox: Inbox;
  readonly #stream: ServerStream;
  #timeout: number | undefined;
  readonly #begun = performance.now();
  #over = false;
  #limit = Infinity;
  #gone: (() => void) | undefined;
  #deadline: NodeJS.Timeout | undefined;

  constructor(stream: ServerStream, maxBodyBytes: number) {
    const { headers } = stream.head;
    this.#stream = stream;
    this.headers = headers;
    this.inbox = new Inbox(stream, maxBodyBytes, headers['grpc-encoding']);
  }

  received(piece: Buffer): void {
    this.inbox.add(piece);
  }

  receivedAll(): void {
    this.inbox.end();
  }

  /** The stream is. */
  closed(): void {
    clearTimeout(this.#deadline);
    if (this.#over) return;
    this.#over = true;
    this.#gone?.();
    this.inbox.close(new InferenceError('CANCELLED', 'the client cancelled the call'));
  }

  /** Milliseconds until the client's own deadline. @throws InferenceError INVALID_ARGUMENT for a `grpc-timeout` that is none */
  get timeLeft(): number {
    this.#timeout ??= timeoutOf(this.headers['grpc-timeout']);
    return this.#timeout === Infinity ? Infinity : Math.max(0, this.#begun + this.#timeout - performance.now());
  }

  /** Something is written that the client has not taken yet. */
  get stuck(): boolean {
    return this.#stream.blocked;
  }

  /** Told if the client goes before the answer, or its time is up. The last one that is given holds. */
  onGone(listener: () => void): void {
    this.#gone = listener;
  }

  /** The one message of the answer. */
  answer(message: Uint8Array): void {
    if (!this.#finish()) return;
    this.#stream.answer(headBlock, grpcFrame(message), ok);
  }

  /** One of several messages. Resolves when it is out; rejects when nobody is there to take it. */
  write(message: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#over) return reject(new InferenceError('CANCELLED', 'the call is over'));
      this.#head();
      this.#stream.write(grpcFrame(message), (error) => (error ? reject(error) : resolve()));
    });
  }

  /** After the last message. */
  end(): void {
    if (!this.#finish()) return;
    this.#head();
    this.#stream.end(ok);
  }

  fail(error: InferenceError): void {
    if (this.#over) return;
    if (this.#finish()) this.#refuse(trailersOf(error));
    this.inbox.close(error);
  }

  /** Has the connection read again when others have been, whose calls may have been let in. */
  stepBack(): void {
    this.#stream.stepBack();
  }

  #refuse(trailers: Readonly<Record<string, string>>): void {
    const stream = this.#stream;
    if (!stream.answered) stream.respond(headerBlock({ ...head, ...trailers }), true);
    else if (this.stuck) stream.close(codes.cancel); // trailers would wait behind what is not taken
    else stream.end(headerBlock(trailers));
  }

  /** Fails a call that nobody works on, or whose work is to stop. */
  #expire(message: string): void {
    this.fail(new InferenceError('DEADLINE_EXCEEDED', message));
    this.#gone?.();
  }

  /** Ends the call by itself when the client's deadline has passed, for those that may wait for long. @throws as `timeLeft` does */
  keepDeadline(): void {
    const { timeLeft } = this;
    if (timeLeft === Infinity) return;
    const expire = (): void => {
      if (!this.#over) this.#expire(`the call's time of ${Math.round(timeLeft)} ms is over`);
    };
    this.#deadline = setTimeout(expire, Math.min(timeLeft, longest)).unref();
  }

  /** The longest that the call may take to be over, where nothing else limits it. */
  within(milliseconds: number): void {
    this.#limit = this.#begun + milliseconds;
  }

  /** Ends what takes too long: to be called every now and then. */
  check(now: number): void {
    if (now < this.#limit) return;
    if (this.#over) this.#stream.close(codes.cancel);
    else this.#expire(`the message did not come within ${Math.round(this.#limit - this.#begun)} ms`);
  }

  #head(): void {
    if (!this.#stream.answered) this.#stream.respond(headBlock);
  }

  /** Whether there is somebody to answer, who was not answered yet. */
  #finish(): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#limit = performance.now() + takeMs;
    return !this.#stream.closed;
  }
}

const longest = 2 ** 31 - 1; // of a timer
