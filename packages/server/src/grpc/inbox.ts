import { framing, InferenceError } from '@switchyard/protocol';
import { overLimit } from '../rest/body.ts';
import type { ServerStream } from '../http2/stream.ts';
import type { Work } from '../work.ts';
import { Piecewise } from './piecewise.ts';
import { unpack } from './unpack.ts';

/** Who holds the bytes of a message that comes, and may refuse them. */
export type Holder = Pick<Work, 'expect' | 'charge'>;

type Want = {
  /** `only`: the one message of a call, when its end has come as well; `next`: the next of several; `any`: whether there is one at all. */
  readonly kind: 'only' | 'next' | 'any';
  readonly holder: Holder | undefined;
  resolve(found: Buffer | Promise<Buffer> | boolean): void;
  reject(error: unknown): void;
};

const nothing: Buffer = Buffer.alloc(0);
const uncompressed = 0;

/**
 * The messages of a call, cut out of its data as they are asked for. While nobody asks the client is not read from beyond a piece: it waits rather than
 * fills memory.
 */
export class Inbox {
  readonly #stream: Pick<ServerStream, 'release'>;
  readonly #limit: number;
  readonly #encoding: string | undefined;
  #rest = nothing; // what has come and is of no message yet
  #ended = false;
  #closed = false;
  #compressed = false;
  #coming: Piecewise | undefined;
  #whole: Buffer | undefined;
  #want: Want | undefined;

  constructor(stream: Pick<ServerStream, 'release'>, limit: number, encoding: string | undefined) {
    this.#stream = stream;
    this.#limit = limit;
    this.#encoding = encoding;
  }

  /** More of the call has come. */
  add(piece: Buffer): void {
    if (this.#closed) return this.#stream.release();
    this.#rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    this.#look();
  }

  /** All of it has. */
  end(): void {
    this.#ended = true;
    this.#look();
  }

  /**
   * The one message of a call, when all of the call has come: a view where it came in one piece.
   * @throws InferenceError UNIMPLEMENTED where there is none or another, PAYLOAD_TOO_LARGE, INVALID_ARGUMENT for a part of one; what `holder` throws
   */
  only(holder: Holder): Promise<Buffer> {
    return this.#ask('only', holder) as Promise<Buffer>;
  }

  /** Whether another message comes; as soon as it has begun. */
  any(): Promise<boolean> {
    return this.#ask('any') as Promise<boolean>;
  }

  /** The next message, of which `any` said that it comes. @throws as `only` does */
  next(holder: Holder): Promise<Buffer> {
    return this.#ask('next', holder) as Promise<Buffer>;
  }

  /** Nothing comes any more that anybody wants. */
  close(error: InferenceError): void {
    const want = this.#want;
    this.#want = undefined;
    want?.reject(error);
    this.#rest = nothing;
    this.#coming = this.#whole = undefined;
    this.#closed = true;
    this.#stream.release(); // and away
  }

  #ask(kind: Want['kind'], holder?: Holder): Promise<Buffer | boolean> {
    return new Promise((resolve, reject) => {
      this.#want = { kind, holder, resolve, reject };
      this.#look();
    });
  }

  #look(): void {
    const want = this.#want;
    if (want === undefined) return;
    let found;
    try {
      found = this.#find(want);
    } catch (error) {
      this.#want = undefined;
      want.reject(error);
      return;
    }
    if (found !== undefined) {
      this.#want = undefined;
      want.resolve(found);
    } else this.#stream.release();
  }

  #find({ kind, holder }: Want): Buffer | Promise<Buffer> | boolean | undefined {
    if (kind === 'any') return this.#rest.length > 0 || (this.#ended ? false : undefined);
    this.#whole ??= this.#cut(holder as Holder);
    const message = this.#whole;
    if (message === undefined) {
      if (this.#ended) throw this.#cutOff();
      return undefined;
    }
    if (kind === 'only') {
      if (this.#rest.length > 0) throw new InferenceError('UNIMPLEMENTED', 'the call has more than one message; its method takes one');
      if (!this.#ended) return undefined;
    }
    this.#whole = undefined;
    return this.#compressed ? this.#unpacked(message, holder as Holder) : message;
  }

  /** The message that the rest begins with, if all of it has come. */
  #cut(holder: Holder): Buffer | undefined {
    if (this.#coming === undefined) {
      if (this.#rest.length < framing) return undefined;
      const length = this.#rest.readUInt32BE(1);
      if (length > this.#limit) throw overLimit(`the message has ${length} bytes`, this.#limit);
      this.#compressed = this.#rest[0] !== uncompressed;
      const end = framing + length;
      if (this.#rest.length >= end) {
        holder.charge(length);
        const message = this.#rest.subarray(framing, end);
        this.#rest = this.#rest.length === end ? nothing : this.#rest.subarray(end);
        return message;
      }
      holder.expect(length);
      this.#coming = new Piecewise(length);
      this.#rest = this.#rest.subarray(framing);
    }
    const coming = this.#coming;
    const piece = this.#rest.subarray(0, coming.missing);
    holder.charge(piece.length);
    coming.add(piece);
    this.#rest = this.#rest.length === piece.length ? nothing : this.#rest.subarray(piece.length);
    if (coming.missing > 0) return undefined;
    this.#coming = undefined;
    return coming.bytes;
  }

  async #unpacked(message: Buffer, holder: Holder): Promise<Buffer> {
    const bytes = await unpack(message, this.#encoding, this.#limit);
    holder.charge(bytes.length);
    return bytes;
  }

  #cutOff(): InferenceError {
    const { length, missing } = this.#coming ?? {};
    if (length !== undefined && missing !== undefined)
      return new InferenceError('INVALID_ARGUMENT', `the call ends after ${length - missing} of the ${length} bytes of its message`);
    if (this.#rest.length === 0) return new InferenceError('UNIMPLEMENTED', 'the call has no message; its method takes one');
    return new InferenceError('INVALID_ARGUMENT', `the call ends after ${this.#rest.length} of the ${framing} bytes before a message`);
  }
}
