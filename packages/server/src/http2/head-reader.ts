import { codes, ConnectionError, flags, maxWindow } from './frames.ts';
import { HeaderDecoder, type HeaderLimits } from './hpack/header-decoder.ts';
import { unpadded } from './padding.ts';
import { areTrailers, requestHead, type RequestHead } from './request-head.ts';

/** What a block of headers says. */
type Meaning = {
  /** Of a request; `excessive` if it has more than the limits allow, undefined if it is none. */
  readonly head: RequestHead | 'excessive' | undefined;
  /** Whether it may follow a request's body. */
  readonly trailers: boolean;
};

export type HeadBlock = Meaning & {
  readonly stream: number;
  /** Nothing follows. */
  readonly end: boolean;
  /** By its priority, which has no other effect. */
  readonly dependsOnItself: boolean;
};

type Open = Pick<HeadBlock, 'stream' | 'end' | 'dependsOnItself'> & { readonly parts: Buffer[]; bytes: number };

/** Bytes of a block before it is unpacked, and frames that it may come in. */
const [mostBytes, mostFrames] = [64 * 1024, 64];
/** Blocks whose meaning is remembered, and bytes of one. */
const [mostKnown, mostKnownBytes] = [32, 256];

/** Reads the blocks of headers of one connection. Clients send the same few bytes again and again: what they mean is remembered. */
export class HeadReader {
  readonly #decoder: HeaderDecoder;
  readonly #known = new Map<string, Meaning>();
  #changes = 0;
  #open: Open | undefined;

  constructor(limits: HeaderLimits) {
    this.#decoder = new HeaderDecoder(limits);
  }

  /** A block has begun that has not ended: nothing else may come. */
  get open(): boolean {
    return this.#open !== undefined;
  }

  /** Whose block it is that has begun. */
  get stream(): number | undefined {
    return this.#open?.stream;
  }

  /** @returns undefined while there is more to come. @throws ConnectionError, HpackError */
  begin(stream: number, bits: number, payload: Buffer): HeadBlock | undefined {
    let block = unpadded(bits, payload);
    let dependsOnItself = false;
    if ((bits & flags.priority) !== 0) {
      if (block.length < 5) throw new ConnectionError(codes.frameSize, 'headers with a part of a priority');
      dependsOnItself = (block.readUInt32BE() & maxWindow) === stream;
      block = block.subarray(5);
    }
    const end = (bits & flags.endStream) !== 0;
    if ((bits & flags.endHeaders) !== 0) return { ...this.#read(block), stream, end, dependsOnItself };
    this.#open = { stream, end, dependsOnItself, parts: [], bytes: 0 };
    return this.add(block, false);
  }

  /** @param last whether it ends the block. @returns as `begin` does */
  add(part: Buffer, last: boolean): HeadBlock | undefined {
    const open = this.#open as Open;
    open.parts.push(Buffer.from(part));
    open.bytes += part.length;
    if (open.bytes > mostBytes || open.parts.length > mostFrames) throw new ConnectionError(codes.calm, 'headers without end');
    if (!last) return undefined;
    this.#open = undefined;
    const { stream, end, dependsOnItself, parts } = open;
    return { ...this.#read(Buffer.concat(parts)), stream, end, dependsOnItself };
  }

  #read(bytes: Buffer): Meaning {
    if (bytes.length > mostKnownBytes) return this.#decode(bytes);
    if (this.#changes !== this.#decoder.changes || this.#known.size === mostKnown) {
      this.#known.clear();
      this.#changes = this.#decoder.changes;
    }
    const key = bytes.toString('latin1');
    const known = this.#known.get(key);
    if (known) return known;
    const meaning = this.#decode(bytes);
    if (this.#changes === this.#decoder.changes) this.#known.set(key, meaning);
    return meaning;
  }

  #decode(bytes: Buffer): Meaning {
    const { headers, excessive } = this.#decoder.read(bytes);
    if (excessive) return { head: 'excessive', trailers: false };
    return { head: requestHead(headers), trailers: areTrailers(headers) };
  }
}
