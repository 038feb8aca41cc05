import type { Duplex } from 'node:stream';
import { outbox } from '../outbox.ts';
import { codes, ConnectionError, maxPayload } from './frames.ts';

/** Acknowledgements that are not read. */
const maxUnread = 1000;
/** What is given to the operating system before it has taken what it was given before. */
const maxWritten = 1024 * 1024;

/** What goes out on a socket: the frames of one turn of the event loop together, in one write. */
export class Outgoing {
  readonly #socket: Duplex;
  readonly #sent: () => void;
  #frames: Buffer[] = [];
  #unread = 0;

  /** @param sent called when all that was to be sent has been written */
  constructor(socket: Duplex, sent: () => void) {
    this.#socket = socket;
    this.#sent = sent;
  }

  /** Nothing waits to be written. */
  get empty(): boolean {
    return this.#frames.length === 0;
  }

  /** Bytes that were written and that the operating system has not taken. */
  get backlog(): number {
    return this.#socket.writableLength;
  }

  /** No more data are to be written for now. */
  get full(): boolean {
    return this.backlog > maxWritten;
  }

  send(...frames: readonly Buffer[]): void {
    const first = this.#frames.length === 0;
    this.#frames.push(...frames);
    if (first) later(() => this.flush()); // which may be at once
  }

  /** What the client asked for without a need. @throws ConnectionError where it asks without end, and does not read */
  acknowledge(frame: Buffer): void {
    this.#unread = this.backlog > maxPayload ? this.#unread + 1 : 0;
    if (this.#unread > maxUnread) throw new ConnectionError(codes.calm, 'too many acknowledgements that are not read');
    this.send(frame);
  }

  flush(): void {
    const frames = this.#frames;
    if (frames.length === 0) return;
    this.#frames = [];
    if (this.#socket.writable) this.#socket.write(frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames));
    this.#sent();
  }
}

const later = outbox();
