import type { Duplex } from 'node:stream';
import { answerHead } from './answer-head.ts';
import { type Asking, Requests } from './client-requests.ts';
import { Control } from './control.ts';
import { FrameReader } from './frame-reader.ts';
import { codes, ConnectionError, firstWindow, kinds, maxWindow, numbersFrame, preface, settingsFrame } from './frames.ts';
import { HeadReader } from './head-reader.ts';
import { Outgoing } from './outgoing.ts';
import { Peer } from './peer.ts';

/** Answers of some megabytes need not wait for the window to open again. */
const windowBytes = 4 * 1024 ** 2;
const headers = { maxBytes: 64 * 1024, maxHeaders: 200 };

/**
 * A client's end of a connection (RFC 9113), for requests whose bodies are there as a whole. It says so much of itself at once, so its socket may be
 * about to open; what comes on that is to be given to `read`.
 *
 * @example
 *     const connection = new ClientConnection(socket, () => {});
 *     const letBe = connection.ask(headerBlock({ ':method': 'POST', … }), body, { head, received, ended });
 */
export class ClientConnection {
  readonly #socket: Duplex;
  readonly #onLeave: () => void;
  readonly #peer = new Peer();
  readonly #out: Outgoing;
  readonly #control: Control;
  readonly #requests: Requests;
  readonly #heads = new HeadReader(headers, answerHead);
  readonly #reader = new FrameReader((kind, bits, id, payload) => this.#frame(kind, bits, id, payload), Buffer.alloc(0));
  #open = true;
  #over = false;

  /** @param onLeave called once, when it takes no more requests */
  constructor(socket: Duplex, onLeave: () => void) {
    this.#socket = socket;
    this.#onLeave = onLeave;
    this.#out = new Outgoing(socket, () => this.#close());
    this.#control = new Control(this.#peer, this.#out);
    this.#requests = new Requests({ out: this.#out, peer: this.#peer, windowBytes, onEmpty: () => this.#close() });
    socket.on('drain', () => this.#requests.pump());
    socket.once('close', () => this.#lose(undefined));
    this.#out.send(
      preface,
      settingsFrame({ enablePush: 0, initialWindowSize: windowBytes, maxHeaderListSize: headers.maxBytes }),
      numbersFrame(kinds.windowUpdate, 0, windowBytes - firstWindow),
    );
  }

  /** Whether it takes requests. */
  get open(): boolean {
    return this.#open;
  }

  /**
   * Sends a request, as soon as the server takes one more. Only while it is `open`.
   *
   * @param block its headers, by `headerBlock`
   * @returns a way to let it be: nothing more is told of it
   */
  ask(block: Buffer, body: Buffer, asking: Asking): () => void {
    const request = this.#requests.add(block, body, asking);
    if (this.#requests.spent) this.leave();
    return () => this.#requests.cancel(request);
  }

  /** Takes what has come, which may be overwritten afterwards. */
  read(piece: Buffer): void {
    if (this.#over) return;
    try {
      this.#reader.read(piece);
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      this.#fail(error);
    }
  }

  /** Takes no more requests, and closes when those under way are through. */
  leave(): void {
    this.#shut();
    this.#close();
  }

  /** Ends all that is under way. */
  destroy(cause?: Error): void {
    this.#lose(cause);
    this.#socket.destroy();
  }

  #shut(last?: number): void {
    const { open } = this;
    this.#open = false;
    if (open) this.#onLeave();
    this.#requests.refuse(last);
  }

  /** Once nothing is under way and nothing is to be sent, if it is to close at all. */
  #close(): void {
    if (this.#open || this.#over || this.#requests.size > 0 || !this.#out.empty) return;
    this.#over = true;
    this.#socket.end(() => this.#socket.destroy());
  }

  #lose(cause: Error | undefined): void {
    this.#over = true;
    this.#shut();
    this.#requests.lose(cause);
  }

  #fail(cause: ConnectionError): void {
    this.#out.send(numbersFrame(kinds.goAway, 0, 0, cause.code));
    this.#out.flush();
    this.#lose(cause);
    this.#socket.end(() => this.#socket.destroy());
  }

  #frame(kind: number, bits: number, id: number, payload: Buffer): void {
    if (this.#over) return;
    this.#peer.order(kind, bits);
    const [requests, heads] = [this.#requests, this.#heads];
    if (heads.open) {
      const block = heads.next(kind, bits, id, payload);
      return block && requests.head(block);
    }
    switch (kind) {
      case kinds.data:
        return requests.data(bits, id, payload);
      case kinds.headers: {
        const block = heads.begin(id, bits, payload);
        return block && requests.head(block);
      }
      case kinds.reset:
        return requests.reset(id, payload);
      case kinds.settings:
        return requests.settle(this.#control.settings(bits, id, payload));
      case kinds.ping:
        return void this.#control.ping(bits, id, payload);
      case kinds.goAway:
        if (id !== 0 || payload.length < 8) throw protocol('a farewell of a stream');
        this.#shut(payload.readUInt32BE() & maxWindow); // what the server has not looked at can be asked of another
        return this.#close();
      case kinds.windowUpdate:
        return requests.windowUpdate(id, payload);
      case kinds.pushPromise:
      case kinds.continuation:
        throw protocol(`a frame of kind ${kind}`);
    }
  }
}

const protocol = (message: string): ConnectionError => new ConnectionError(codes.protocol, message);
