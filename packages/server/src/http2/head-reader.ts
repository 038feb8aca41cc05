import { codes, ConnectionError, flags, kinds, maxWindow } from './frames.ts';
import type { Header } from './hpack/header.ts';
import { HeaderDecoder, type HeaderLimits } from './hpack/header-decoder.ts';
import { unpadded } from './padding.ts';

/** A block of headers: what it means, or `excessive` if there are more than the limits allow. */
export type HeadBlock<Meaning> = {
  readonly meaning: Meaning | 'excessive';
  readonly stream: number;
  /** Nothing follows. */
  readonly end: boolean;
  /** By its priority, which has no other effect. */
  readonly dependsOnItself: boolean;
};

type Open = Omit<HeadBlock<unknown>, 'meaning'> & { readonly parts: Buffer[]; bytes: number };

/** Bytes of a block before it is unpacked, and frames that it may come in. */
const [mostBytes, mostFrames] = [64 * 1024, 64];
/** Blocks whose meaning is remembered, and bytes of one. */
const [mostKnown, mostKnownBytes] = [32, 256];

/** Reads the blocks of headers of one connection. The other side sends the same few bytes again and again: what they mean is remembered. */
export class HeadReader<Meaning> {
  readonly #decoder: HeaderDecoder;
  readonly #meaningOf: (headers: readonly Header[]) => Meaning;
  readonly #known = new Map<string, Meaning | 'excessive'>();
  #changes = 0;
  #open: Open | undefined;

  constructor(limits: HeaderLimits, meaningOf: (headers: readonly Header[]) => Meaning) {
    this.#meaningOf = meaningOf;
    this.#decoder = new HeaderDecoder(limits);
  }

  /** A block has begun that has not ended: nothing else may come. */
  get open(): boolean {
    return this.#open !== undefined;
  }

  /** @returns undefined while there is more to come. @throws ConnectionError */
  begin(stream: number, bits: number, payload: Buffer): HeadBlock<Meaning> | undefined {
    let block = unpadded(bits, payload);
    let dependsOnItself = false;
    if ((bits & flags.priority) !== 0) {
      if (block.length < 5) throw new ConnectionError(codes.frameSize, 'headers with a part of a priority');
      dependsOnItself = (block.readUInt32BE() & maxWindow) === stream;
      block = block.subarray(5);
    }
    const end = (bits & flags.endStream) !== 0;
    if ((bits & flags.endHeaders) !== 0) return { meaning: this.#read(block), stream, end, dependsOnItself };
    this.#open = { stream, end, dependsOnItself, parts: [], bytes: 0 };
    return this.#add(block, false);
  }

  /** The frame that follows while a block is `open`. @returns as `begin` does. @throws ConnectionError also where it is another's */
  next(kind: number, bits: number, stream: number, payload: Buffer): HeadBlock<Meaning> | undefined {
    if (kind !== kinds.continuation || stream !== this.#open?.stream)
      throw new ConnectionError(codes.protocol, 'a block of headers is interrupted');
    return this.#add(payload, (bits & flags.endHeaders) !== 0);
  }

  /** @param last whether it ends the block */
  #add(part: Buffer, last: boolean): HeadBlock<Meaning> | undefined {
    const open = this.#open as Open;
    open.parts.push(Buffer.from(part));
    open.bytes += part.length;
    if (open.bytes > mostBytes || open.parts.length > mostFrames) throw new ConnectionError(codes.calm, 'headers without end');
    if (!last) return undefined;
    this.#open = undefined;
    const { stream, end, dependsOnItself, parts } = open;
    return { meaning: this.#read(Buffer.concat(parts)), stream, end, dependsOnItself };
  }

  #read(bytes: Buffer): Meaning | 'excessive' {
    if (bytes.length > mostKnownBytes) return this.#decode(bytes);
    if (this.#changes !== this.#decoder.changes || this.#known.size === mostKnown) {
      this.#known.clear();
      this.#changes = this.#decoder.changes;
    }
    const key = bytes.toString('latin1');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const meaning = this.#decode(bytes);
    if (this.#changes === this.#decoder.changes) this.#known.set(key, meaning);
    return meaning;
  }

  #decode(bytes: Buffer): Meaning | 'excessive' {
    const { headers, excessive } = this.#decoder.read(bytes);
    return excessive ? 'excessive' : this.#meaningOf(headers);
  }
}
