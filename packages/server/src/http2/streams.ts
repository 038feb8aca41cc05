import { Budget } from './budget.ts';
import { type Code, codes, ConnectionError, flags, frameOf, kinds, maxWindow, numbersFrame, wideningOf } from './frames.ts';
import type { HeadBlock } from './head-reader.ts';
import type { ConnectionLimits } from './limits.ts';
import type { Outgoing } from './outgoing.ts';
import { unpadded } from './padding.ts';
import type { Peer } from './peer.ts';
import type { RequestHead, RequestMeaning } from './request-head.ts';
import { ServerStream, type Wire } from './stream.ts';

/** Frames that have no use, such as of requests that are reset at once. */
const uselessRate = { burst: 1000, perSecond: 100 };
/** Streams that we reset are remembered: what the client sent before it knew is no error. */
const maxReset = 1000;

type Options = {
  readonly limits: ConnectionLimits;
  readonly out: Outgoing;
  readonly peer: Peer;
  readonly onStream: (stream: ServerStream) => void;
  /** Called when none is left. */
  readonly onEmpty: () => void;
  readonly stepBack: () => void;
};

/** The streams of a connection: which there are, what they may receive together, and what they may send. */
export class Streams implements Wire {
  /** When one was there last, in milliseconds. */
  lastUsed = performance.now();
  /** The highest that the client has opened, and the highest that it may open. */
  last = 0;
  most = maxWindow;
  readonly #limits: ConnectionLimits;
  readonly #out: Outgoing;
  readonly #peer: Peer;
  readonly #onStream: (stream: ServerStream) => void;
  readonly #onEmpty: () => void;
  readonly stepBack: () => void;
  readonly #useless = new Budget(uselessRate, this.lastUsed);
  readonly #open: ServerStream[] = []; // no Map: V8 keeps the tables that one has outgrown, and those that were in them, once one is old
  readonly #reset = new Set<number>();
  #waiting = new Set<ServerStream>();
  #held = 0; // bytes of answers that wait
  #unreleased = 0; // received, and the client may not send as much again
  #credit = 0; // released, and the client was not told yet

  constructor({ limits, out, peer, onStream, onEmpty, stepBack }: Options) {
    this.#limits = limits;
    this.#out = out;
    this.#peer = peer;
    this.#onStream = onStream;
    this.#onEmpty = onEmpty;
    this.stepBack = stepBack;
  }

  get size(): number {
    return this.#open.length;
  }

  /** All are over: the connection is. */
  leave(): void {
    while (this.#open.length > 0) this.#open.at(-1)?.leave();
  }

  /** Sends what waited, as far as it may be sent now. */
  pump(): void {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const stream of waiting) stream.pump();
  }

  check(now: number): void {
    for (const stream of this.#open.slice()) stream.receiver?.check(now);
  }

  // What a stream asks of its connection

  get windowBytes(): number {
    return this.#limits.windowBytes;
  }

  get room(): number {
    return this.#out.full ? 0 : this.#peer.window;
  }

  get maxFrame(): number {
    return this.#peer.maxFrame;
  }

  send(...frames: readonly Buffer[]): void {
    this.#out.send(...frames);
  }

  head(stream: number, block: Buffer, end: boolean): Buffer {
    return frameOf(kinds.headers, stream, this.#peer.block(block), flags.endHeaders | (end ? flags.endStream : 0));
  }

  spend(bytes: number): void {
    this.#peer.window -= bytes;
  }

  hold(bytes: number): void {
    this.#held += bytes;
  }

  wait(stream: ServerStream): void {
    this.#waiting.add(stream);
  }

  release(bytes: number): void {
    this.#unreleased -= bytes;
    this.#credit += bytes;
    if (this.#credit < this.#limits.connectionWindowBytes / 2) return;
    this.send(numbersFrame(kinds.windowUpdate, 0, this.#credit));
    this.#credit = 0;
  }

  forget(stream: ServerStream): void {
    this.#open[this.#open.indexOf(stream)] = this.#open.at(-1) as ServerStream;
    this.#open.pop();
    this.#waiting.delete(stream);
    this.lastUsed = performance.now();
    if (this.size === 0) this.#onEmpty();
  }

  reset(stream: number, code: Code): void {
    if (this.#reset.size === maxReset) this.#reset.delete(this.#reset.values().next().value as number);
    this.#reset.add(stream);
    this.send(numbersFrame(kinds.reset, stream, code));
  }

  // What comes of a client; each throws a ConnectionError for what ends the connection

  headers({ stream: id, end, dependsOnItself, meaning }: HeadBlock<RequestMeaning>): void {
    const stream = this.#find(id);
    if (stream) {
      if (stream.ended) return this.#refuse(id, codes.streamClosed);
      if (!end || meaning === 'excessive' || !meaning.trailers || !stream.endRemote()) this.#refuse(id, codes.protocol);
      return;
    }
    if (id <= this.last) {
      if (this.#reset.has(id)) return;
      throw new ConnectionError(codes.streamClosed, `headers of the stream ${id}, which is closed`);
    }
    if (id > this.most) return; // it was told that nobody answers it
    this.last = id;
    const head = meaning === 'excessive' ? meaning : meaning.head;
    if (head === undefined || dependsOnItself) return this.#refuse(id, codes.protocol);
    if (head === 'excessive' || this.#held + this.#out.backlog > this.#limits.maxHeldBytes) return this.#refuse(id, codes.calm);
    if (this.size >= this.#limits.maxStreams) return this.#refuse(id, codes.refused);
    this.#begin(id, head, end);
  }

  #begin(id: number, head: RequestHead, end: boolean): void {
    const stream = new ServerStream(id, head, this, this.#peer.firstWindow);
    this.#open.push(stream);
    this.#onStream(stream);
    if (end && !stream.endRemote()) this.#refuse(id, codes.protocol);
  }

  data(bits: number, id: number, payload: Buffer): void {
    if (id === 0 || (id > this.last && id <= this.most)) throw new ConnectionError(codes.protocol, `data of the stream ${id}`);
    const { length } = payload;
    this.#unreleased += length;
    if (this.#unreleased + this.#credit > this.#limits.connectionWindowBytes)
      throw new ConnectionError(codes.flowControl, 'more data than the window');
    if (id > this.most) return this.release(length); // it was told that nobody answers it; what others send still needs the window
    const piece = unpadded(bits, payload);
    const end = (bits & flags.endStream) !== 0;
    if (length === 0 && !end) this.#spend();
    const stream = this.#find(id);
    if (stream && !stream.ended && stream.takes(length)) {
      if (!stream.receive(piece, length, end)) this.#refuse(id, codes.protocol);
      return;
    }
    this.release(length);
    if (stream) return this.#refuse(id, stream.ended ? codes.streamClosed : codes.flowControl);
    if (!this.#reset.has(id)) throw new ConnectionError(codes.streamClosed, `data of the stream ${id}, which is closed`);
  }

  priority(id: number, payload: Buffer): void {
    if (id === 0) throw new ConnectionError(codes.protocol, 'a priority of no stream');
    if (payload.length !== 5) return this.#refuse(id, codes.frameSize);
    if ((payload.readUInt32BE() & maxWindow) === id) this.#refuse(id, codes.protocol);
  }

  cancel(id: number, payload: Buffer): void {
    if (payload.length !== 4) throw new ConnectionError(codes.frameSize, 'a reset without a code');
    if (id === 0 || (id > this.last && id <= this.most)) throw new ConnectionError(codes.protocol, `a reset of the stream ${id}`);
    this.#spend();
    this.#find(id)?.leave();
  }

  /** The client takes so much more, or less, of each stream. */
  widen(bytes: number): void {
    if (bytes === 0) return;
    for (const stream of this.#open) if (!stream.widen(bytes)) throw new ConnectionError(codes.flowControl, 'a window beyond 2^31-1');
    this.pump();
  }

  windowUpdate(id: number, payload: Buffer): void {
    const bytes = wideningOf(payload);
    if (id === 0) {
      this.#peer.widen(bytes);
      return this.pump();
    }
    if (id > this.last && id <= this.most) throw new ConnectionError(codes.protocol, `a window of the stream ${id}`);
    const stream = this.#find(id);
    if (stream === undefined) return;
    if (bytes === 0) return this.#refuse(id, codes.protocol);
    if (!stream.widen(bytes)) return this.#refuse(id, codes.flowControl);
    if (this.#waiting.delete(stream)) stream.pump();
  }

  /** From the one that was opened last, as what comes is mostly of it. */
  #find(id: number): ServerStream | undefined {
    return this.#open.findLast((stream) => stream.id === id);
  }

  /** Ends a stream whose client does wrong, or asks for too much. */
  #refuse(id: number, code: Code): void {
    this.#spend();
    const stream = this.#find(id);
    if (stream) stream.close(code);
    else this.reset(id, code);
  }

  #spend(): void {
    if (!this.#useless.spend(performance.now())) throw new ConnectionError(codes.calm, 'too many frames that have no use');
  }
}
