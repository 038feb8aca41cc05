import { DynamicTable } from './dynamic-table.ts';
import { sizeOf, type Header } from './header.ts';
import { HpackError } from './hpack-error.ts';
import { readHuffman } from './huffman.ts';
import { staticTable } from './static-table.ts';

/** What a block of headers may unpack to. */
export type HeaderLimits = { readonly maxBytes: number; readonly maxHeaders: number };

/** The headers of a block, in their order; `excessive` where there are more than the limits allow: then some are missing. */
export type Block = { readonly headers: readonly Header[]; readonly excessive: boolean };

/** What an encoder may keep, as long as nobody says otherwise: we do not. */
const tableBytes = 4096;

/** Reads the blocks of headers of one connection, one after the other (RFC 7541). */
export class HeaderDecoder {
  readonly #limits: HeaderLimits;
  readonly #table = new DynamicTable(tableBytes);
  #changes = 0;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(limits: HeaderLimits) {
    this.#limits = limits;
  }

  /** Goes up whenever a block read before would mean something else now. */
  get changes(): number {
    return this.#changes;
  }

  /** @throws HpackError */
  read(bytes: Buffer): Block {
    const { maxBytes, maxHeaders } = this.#limits;
    this.#bytes = bytes;
    this.#at = 0;
    const headers: Header[] = [];
    let size = 0;
    let excessive = false;
    this.#sizeUpdates();
    while (this.#at < bytes.length) {
      const header = this.#header();
      size += sizeOf(header);
      excessive ||= size > maxBytes || headers.length === maxHeaders;
      if (!excessive) headers.push(header); // others are read all the same: later blocks build on them
    }
    return { headers, excessive };
  }

  /** Only at the beginning of a block. */
  #sizeUpdates(): void {
    while (((this.#bytes[this.#at] as number) & 0xe0) === 0x20) {
      const size = this.#integer(5);
      if (size > tableBytes) throw new HpackError(`a table of ${size} bytes is more than ${tableBytes}`);
      this.#table.resize(size);
      this.#changes++;
    }
  }

  #header(): Header {
    const byte = this.#bytes[this.#at] as number;
    if (byte & 0x80) return this.#known(this.#integer(7));
    if (byte & 0x40) {
      const header = this.#literal(6);
      this.#table.add(header);
      this.#changes++;
      return header;
    }
    if (byte & 0x20) throw new HpackError('the size of the table changes within a block');
    return this.#literal(4);
  }

  #literal(prefix: number): Header {
    const index = this.#integer(prefix);
    const name = index === 0 ? this.#string() : this.#known(index)[0];
    return [name, this.#string()];
  }

  #known(index: number): Header {
    const header = index <= staticTable.length ? staticTable[index - 1] : this.#table.at(index - staticTable.length - 1);
    if (header) return header;
    throw new HpackError(`there is no header of index ${index}`);
  }

  #string(): string {
    const packed = ((this.#bytes[this.#at] ?? 0) & 0x80) !== 0;
    const length = this.#integer(7);
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new HpackError(`a string of ${length} bytes does not end`);
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return packed ? readHuffman(bytes) : bytes.toString('latin1');
  }

  /** Of the low bits of a byte, and of as many further bytes as it takes; less than 2^28. */
  #integer(prefix: number): number {
    const most = (1 << prefix) - 1;
    let value = this.#byte() & most;
    if (value < most) return value;
    for (let shift = 0; shift <= 21; shift += 7) {
      const byte = this.#byte();
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new HpackError('an integer is too long');
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new HpackError('a block of headers ends too soon');
    return byte;
  }
}
