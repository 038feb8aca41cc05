import type { Duplex } from 'node:stream';
import type { Readable } from '../turnstile.ts';
import { Control } from './control.ts';
import { FrameReader } from './frame-reader.ts';
import { type Code, codes, ConnectionError, firstWindow, frameOf, kinds, maxWindow, numbersFrame, settingsFrame } from './frames.ts';
import { HeadReader } from './head-reader.ts';
import type { ConnectionLimits } from './limits.ts';
import { Outgoing } from './outgoing.ts';
import { Peer } from './peer.ts';
import { requestMeaning, type RequestMeaning } from './request-head.ts';
import type { ServerStream } from './stream.ts';
import { Streams } from './streams.ts';

/** How long a client has to read why its connection ends, or that it does. */
const partingMs = 1000;
/** How long it has to read the last of its answers. */
const takeMs = 60_000;

type Options = {
  readonly limits: ConnectionLimits;
  readonly onStream: (stream: ServerStream) => void;
  /** Has a socket read again in its turn. */
  readonly stepBack: (socket: Readable) => void;
};

/** One connection of a client (RFC 9113), on a socket of TCP or of TLS. */
export class Connection {
  readonly since = performance.now();
  readonly #socket: Duplex;
  readonly #peer = new Peer();
  readonly #out: Outgoing;
  readonly #control: Control;
  readonly #heads: HeadReader<RequestMeaning>;
  readonly #streams: Streams;
  readonly #reader = new FrameReader((kind, bits, stream, payload) => this.#frame(kind, bits, stream, payload));
  #over = false;
  #parting: NodeJS.Timeout | undefined;

  constructor(socket: Duplex, { limits, onStream, stepBack }: Options) {
    this.#socket = socket;
    this.#out = new Outgoing(socket, () => this.#leave());
    this.#control = new Control(this.#peer, this.#out);
    this.#heads = new HeadReader({ maxBytes: limits.maxHeaderBytes, maxHeaders: limits.maxHeaders }, requestMeaning);
    this.#streams = new Streams({
      limits,
      out: this.#out,
      peer: this.#peer,
      onStream,
      onEmpty: () => this.#leave(),
      stepBack: () => stepBack(socket),
    });
    socket.on('data', (piece: Buffer) => this.#read(piece));
    socket.on('end', () => this.kill()); // who sends no more takes no part in flow control: he is gone
    socket.on('drain', () => this.#streams.pump());
    socket.on('error', () => {}); // that it closes is told as well
    socket.once('close', () => this.#gone());
    const { maxStreams, windowBytes, maxHeaderBytes, connectionWindowBytes } = limits;
    this.#out.send(
      settingsFrame({ maxConcurrentStreams: maxStreams, initialWindowSize: windowBytes, maxHeaderListSize: maxHeaderBytes }),
      numbersFrame(kinds.windowUpdate, 0, connectionWindowBytes - firstWindow),
    );
  }

  /** The client has said that it speaks HTTP/2. */
  get began(): boolean {
    return this.#reader.began;
  }

  /** Since when nothing is under way, in milliseconds; undefined while something is. */
  get idleSince(): number | undefined {
    return this.#streams.size > 0 ? undefined : this.#streams.lastUsed;
  }

  /** Looks after requests that may take too long. */
  check(now: number): void {
    this.#streams.check(now);
  }

  /** Takes no more requests than have been sent by now, and closes when they are through. */
  close(): void {
    if (this.#over || this.#parting !== undefined) return;
    this.#out.send(goAway(maxWindow, codes.none), frameOf(kinds.ping, 0, Buffer.alloc(8)));
    this.#parting = setTimeout(() => this.#part(), partingMs).unref(); // the acknowledgement says sooner that the client knows
  }

  /** Ends all that is under way. */
  kill(): void {
    this.#socket.destroy();
  }

  /** The second word of a graceful end: what the client opened until it had heard the first is answered. */
  #part(): void {
    if (this.#over || this.#streams.most !== maxWindow) return;
    clearTimeout(this.#parting);
    this.#streams.most = this.#streams.last;
    this.#out.send(goAway(this.#streams.last, codes.none));
  }

  /** Closes, once nothing is under way and nothing is to be sent, if it is to close at all. */
  #leave(): void {
    if (this.#over || this.#streams.size > 0 || !this.#out.empty || this.#streams.most === maxWindow) return;
    this.#over = true;
    this.#socket.end(() => this.#killSoon());
    setTimeout(() => this.kill(), takeMs).unref(); // who does not read what was written would hold it for ever
  }

  #killSoon(): void {
    setTimeout(() => this.kill(), partingMs).unref();
  }

  #fail(code: Code): void {
    this.#over = true;
    this.#streams.leave();
    this.#out.send(goAway(this.#streams.last, code));
    this.#out.flush();
    this.#socket.end();
    this.#killSoon(); // whether it reads that or not
  }

  #gone(): void {
    this.#over = true;
    clearTimeout(this.#parting);
    this.#streams.leave();
  }

  #read(piece: Buffer): void {
    if (this.#over) return;
    try {
      this.#reader.read(piece);
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      this.#fail(error.code);
    }
  }

  #frame(kind: number, bits: number, id: number, payload: Buffer): void {
    if (this.#over) return;
    this.#peer.order(kind, bits);
    const heads = this.#heads;
    if (heads.open) {
      const block = heads.next(kind, bits, id, payload);
      return block && this.#streams.headers(block);
    }
    switch (kind) {
      case kinds.data:
        return this.#streams.data(bits, id, payload);
      case kinds.headers: {
        if (id % 2 === 0) throw protocol(`headers of the stream ${id}`);
        const block = heads.begin(id, bits, payload);
        return block && this.#streams.headers(block);
      }
      case kinds.priority:
        return this.#streams.priority(id, payload);
      case kinds.reset:
        return this.#streams.cancel(id, payload);
      case kinds.settings:
        return this.#streams.widen(this.#control.settings(bits, id, payload));
      case kinds.ping:
        if (this.#control.ping(bits, id, payload) && this.#parting !== undefined) this.#part();
        return;
      case kinds.goAway:
        if (id !== 0 || payload.length < 8) throw protocol('a farewell of a stream');
        return this.#part();
      case kinds.windowUpdate:
        return this.#streams.windowUpdate(id, payload);
      case kinds.pushPromise:
      case kinds.continuation:
        throw protocol(`a frame of kind ${kind}`);
    }
  }
}

const protocol = (message: string): ConnectionError => new ConnectionError(codes.protocol, message);
const goAway = (last: number, code: Code): Buffer => numbersFrame(kinds.goAway, 0, last, code);
