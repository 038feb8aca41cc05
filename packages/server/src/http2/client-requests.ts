import type { AnswerHead } from './answer-head.ts';
import { type Code, codes, ConnectionError, dataHead, flags, frameOf, kinds, maxWindow, numbersFrame, wideningOf } from './frames.ts';
import type { HeadBlock } from './head-reader.ts';
import type { Outgoing } from './outgoing.ts';
import { unpadded } from './padding.ts';
import type { Peer } from './peer.ts';

/**
 * How an answer ended. `whole`; `reset`, with the server's code; `lost`, as the connection is gone. `refused`: the server has done nothing of it, and
 * it may be asked again.
 */
export type AnswerEnd =
  | { readonly how: 'whole' | 'refused' }
  | { readonly how: 'reset'; readonly code: number }
  | { readonly how: 'lost'; readonly cause: Error | undefined };

/** Who asked. A piece is a view that is good for the time of the call. */
export type Asking = {
  head(head: AnswerHead): void;
  received(piece: Buffer): void;
  /** The last that is told, once. */
  ended(end: AnswerEnd): void;
};

/** A request under way, or one that waits for its turn. */
export type Request = {
  readonly asking: Asking;
  readonly block: Buffer;
  readonly body: Buffer;
  /** 0 while it waits. */
  id: number;
  /** Bytes of the body that are sent. */
  at: number;
  /** What the server takes of it. */
  window: number;
  /** Bytes that came, of which the server was not told that as many may follow. */
  unreleased: number;
};

type Options = {
  readonly out: Outgoing;
  readonly peer: Peer;
  /** What a server may send of an answer, and of all together, before it is told that it may go on. */
  readonly windowBytes: number;
  /** Called when none is left. */
  readonly onEmpty: () => void;
};

/** The requests of a client's connection: which there are, what is sent of them, and what has come of their answers. */
export class Requests {
  readonly #out: Outgoing;
  readonly #peer: Peer;
  readonly #windowBytes: number;
  readonly #onEmpty: () => void;
  readonly #open: Request[] = []; // in the order of their ids, which is about that of their answers
  readonly #waiting: Request[] = []; // for the server to take more
  #last = -1;
  #unreleased = 0;

  constructor({ out, peer, windowBytes, onEmpty }: Options) {
    this.#out = out;
    this.#peer = peer;
    this.#windowBytes = windowBytes;
    this.#onEmpty = onEmpty;
  }

  get size(): number {
    return this.#open.length + this.#waiting.length;
  }

  /** No stream is left for another: there are so many of a connection, and no more. */
  get spent(): boolean {
    return this.#last >= maxWindow - 2;
  }

  add(block: Buffer, body: Buffer, asking: Asking): Request {
    const request: Request = { asking, block, body, id: 0, at: 0, window: 0, unreleased: 0 };
    this.#waiting.push(request);
    this.#begin();
    return request;
  }

  /** It is told nothing more. */
  cancel(request: Request): void {
    const waits = this.#waiting.indexOf(request);
    if (waits >= 0) this.#waiting.splice(waits, 1);
    else if (this.#open.includes(request)) this.#reset(request, codes.cancel);
  }

  /** Those that the server has not looked at, and will not. @param last the last one that it has looked at */
  refuse(last = this.#last): void {
    for (const { asking } of this.#waiting.splice(0)) asking.ended({ how: 'refused' });
    for (const request of this.#open.filter(({ id }) => id > last)) this.#end(request, { how: 'refused' });
  }

  /** The connection is gone. */
  lose(cause: Error | undefined): void {
    for (const { asking } of this.#open.splice(0)) asking.ended({ how: 'lost', cause });
  }

  /** Sends what waited, as far as it may be sent now. */
  pump(): void {
    for (const request of this.#open) this.#send(request);
  }

  // What comes of a server; each throws a ConnectionError for what ends the connection

  head({ stream, end, meaning }: HeadBlock<AnswerHead | undefined>): void {
    const request = this.find(stream);
    if (!request) return;
    if (meaning === 'excessive' || meaning === undefined) return this.#fail(request, meaning ? codes.calm : codes.protocol);
    if (meaning.status !== undefined && meaning.status < 200) return; // there is another to come
    request.asking.head(meaning);
    if (end) this.#whole(request);
  }

  data(bits: number, id: number, payload: Buffer): void {
    const request = this.find(id);
    const { length } = payload;
    this.#unreleased += length;
    if (this.#unreleased > this.#windowBytes) throw new ConnectionError(codes.flowControl, 'more data than the window');
    const piece = unpadded(bits, payload);
    if (request) this.#receive(request, piece, length, (bits & flags.endStream) !== 0);
    if (this.#unreleased < this.#windowBytes / 2) return;
    this.#out.send(numbersFrame(kinds.windowUpdate, 0, this.#unreleased));
    this.#unreleased = 0;
  }

  reset(id: number, payload: Buffer): void {
    if (payload.length !== 4) throw new ConnectionError(codes.frameSize, 'a reset without a code');
    const request = this.find(id);
    const code = payload.readUInt32BE();
    if (request) this.#end(request, code === codes.refused ? { how: 'refused' } : { how: 'reset', code });
  }

  /** The server has said what it takes. @param wider by how many bytes of each request */
  settle(wider: number): void {
    for (const request of this.#open) {
      request.window += wider;
      if (request.window > maxWindow) throw new ConnectionError(codes.flowControl, 'a window beyond 2^31-1');
    }
    this.#begin();
    this.pump();
  }

  windowUpdate(id: number, payload: Buffer): void {
    const bytes = wideningOf(payload);
    if (id === 0) {
      this.#peer.widen(bytes);
      return this.pump();
    }
    const request = this.find(id);
    if (!request) return;
    request.window += bytes;
    if (bytes === 0) this.#fail(request, codes.protocol);
    else if (request.window > maxWindow) this.#fail(request, codes.flowControl);
    else this.#send(request);
  }

  /** Undefined where it is over, which the server need not have known. @throws ConnectionError for one that there never was */
  find(id: number): Request | undefined {
    if (id % 2 === 0 || id > this.#last) throw new ConnectionError(codes.protocol, `a frame of the stream ${id}`);
    return this.#open.find((request) => request.id === id);
  }

  #begin(): void {
    while (this.#waiting.length > 0 && this.#open.length < this.#peer.maxStreams && !this.spent) {
      const request = this.#waiting.shift() as Request;
      const { block, body } = request;
      request.id = this.#last += 2;
      request.window = this.#peer.firstWindow;
      this.#open.push(request);
      const end = body.length === 0 ? flags.endStream : 0;
      this.#out.send(frameOf(kinds.headers, request.id, this.#peer.block(block), flags.endHeaders | end));
      this.#send(request);
    }
  }

  /** Sends of the body what may be sent now. */
  #send(request: Request): void {
    const { id, body } = request;
    const { length: whole } = body;
    while (request.at < whole) {
      const room = this.#out.full ? 0 : this.#peer.window;
      const length = Math.min(whole - request.at, request.window, room, this.#peer.maxFrame);
      if (length <= 0) return;
      request.window -= length;
      this.#peer.window -= length;
      const piece = body.subarray(request.at, (request.at += length));
      this.#out.send(dataHead(id, length, request.at === whole), piece);
    }
  }

  #receive(request: Request, piece: Buffer, length: number, end: boolean): void {
    request.unreleased += length;
    if (request.unreleased > this.#windowBytes) return this.#fail(request, codes.flowControl);
    if (piece.length > 0) request.asking.received(piece);
    if (end) return this.#whole(request);
    if (request.unreleased < this.#windowBytes / 2 || !this.#open.includes(request)) return;
    this.#out.send(numbersFrame(kinds.windowUpdate, request.id, request.unreleased));
    request.unreleased = 0;
  }

  /** All of the answer is there; of a body that it did not wait for no more is sent. */
  #whole(request: Request): void {
    if (!this.#open.includes(request)) return; // let be meanwhile
    if (request.at < request.body.length) this.#out.send(numbersFrame(kinds.reset, request.id, codes.cancel));
    this.#end(request, { how: 'whole' });
  }

  #fail(request: Request, code: Code): void {
    this.#reset(request, code);
    request.asking.ended({ how: 'reset', code });
  }

  #reset(request: Request, code: Code): void {
    this.#out.send(numbersFrame(kinds.reset, request.id, code));
    this.#forget(request);
  }

  #end(request: Request, end: AnswerEnd): void {
    this.#forget(request);
    request.asking.ended(end);
  }

  #forget(request: Request): void {
    this.#open.splice(this.#open.indexOf(request), 1);
    this.#begin();
    if (this.size === 0) this.#onEmpty();
  }
}
