/**
 * A message of which the length is known and the bytes come in pieces. They are copied into memory that grows with them: a view of each piece would keep
 * far more than its bytes where they dribble in, and all of it at once would be memory for whoever announces much and sends nothing.
 */
export class Piecewise {
  readonly length: number;
  #bytes: Buffer;
  #have = 0;

  constructor(length: number) {
    this.length = length;
    this.#bytes = Buffer.allocUnsafeSlow(Math.min(length, first));
  }

  get missing(): number {
    return this.length - this.#have;
  }

  /** All bytes, once none is missing. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** @param piece no longer than what is missing */
  add(piece: Buffer): void {
    const have = this.#have + piece.length;
    if (have > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.min(this.length, Math.max(have, 2 * this.#bytes.length)));
      this.#bytes.copy(grown, 0, 0, this.#have);
      this.#bytes = grown;
    }
    piece.copy(this.#bytes, this.#have);
    this.#have = have;
  }
}

const first = 64 * 1024;
