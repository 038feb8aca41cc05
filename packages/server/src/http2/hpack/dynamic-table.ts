import { sizeOf, type Header } from './header.ts';

/** The headers that a connection had lately, of which later blocks give the index; the last one is the first (RFC 7541, 2.3.2). */
export class DynamicTable {
  #entries: Header[] = []; // the last one is last
  #size = 0;
  #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** @param index from 0 */
  at(index: number): Header | undefined {
    return this.#entries[this.#entries.length - 1 - index];
  }

  /** One that is larger than the table empties it. */
  add(header: Header): void {
    this.#size += sizeOf(header);
    this.#entries.push(header);
    this.#shrink();
  }

  /** Bytes that it may have from now on. */
  resize(most: number): void {
    this.#most = most;
    this.#shrink();
  }

  #shrink(): void {
    let gone = 0;
    while (this.#size > this.#most) this.#size -= sizeOf(this.#entries[gone++] as Header);
    if (gone > 0) this.#entries = this.#entries.slice(gone);
  }
}
