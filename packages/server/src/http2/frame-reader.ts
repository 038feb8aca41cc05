import { codes, ConnectionError, headBytes, maxPayload, preface } from './frames.ts';

/** @param payload a view, of what was read or of memory of its own */
export type OnFrame = (kind: number, flags: number, stream: number, payload: Buffer) => void;

const nothing: Buffer = Buffer.alloc(0);

/** Cuts what comes on a connection into frames. Between pieces it holds less than one frame. */
export class FrameReader {
  readonly #onFrame: OnFrame;
  readonly #first: Buffer;
  #began = 0; // bytes of what is first that have come
  #part = nothing; // of a frame that has not come whole: as long as is known of it
  #have = 0;

  /** @param first what comes before all frames: of a client */
  constructor(onFrame: OnFrame, first: Buffer = preface) {
    this.#onFrame = onFrame;
    this.#first = first;
  }

  /** The other side has said that it speaks HTTP/2. */
  get began(): boolean {
    return this.#began === this.#first.length;
  }

  /** @throws ConnectionError for what is no HTTP/2, and for a frame larger than one may be; what `onFrame` throws */
  read(piece: Buffer): void {
    let at = this.began ? 0 : this.#begin(piece);
    if (this.#have > 0) at += this.#complete(piece.subarray(at));
    for (;;) {
      const left = piece.length - at;
      if (left < headBytes) break;
      const length = payloadLength(piece, at);
      if (left < headBytes + length) break;
      this.#emit(piece, at, length);
      at += headBytes + length;
    }
    if (at < piece.length) this.#keep(piece.subarray(at));
  }

  #begin(piece: Buffer): number {
    const length = Math.min(piece.length, this.#first.length - this.#began);
    if (piece.compare(this.#first, this.#began, this.#began + length, 0, length) !== 0)
      throw new ConnectionError(codes.protocol, 'the client does not speak HTTP/2');
    this.#began += length;
    return length;
  }

  /** @returns how many bytes of `piece` belong to the frame that had begun */
  #complete(piece: Buffer): number {
    let taken = this.#fill(piece);
    if (this.#have === headBytes && this.#part.length === headBytes) {
      const part = Buffer.allocUnsafeSlow(headBytes + payloadLength(this.#part, 0));
      this.#part.copy(part);
      this.#part = part;
      taken += this.#fill(piece.subarray(taken));
    }
    if (this.#have < this.#part.length || this.#have < headBytes) return taken;
    const frame = this.#part;
    this.#part = nothing;
    this.#have = 0;
    this.#emit(frame, 0, frame.length - headBytes);
    return taken;
  }

  #fill(piece: Buffer): number {
    const taken = piece.copy(this.#part, this.#have, 0, this.#part.length - this.#have);
    this.#have += taken;
    return taken;
  }

  #keep(piece: Buffer): void {
    const length = piece.length < headBytes ? headBytes : headBytes + payloadLength(piece, 0);
    this.#part = Buffer.allocUnsafeSlow(length);
    this.#fill(piece);
  }

  #emit(bytes: Buffer, at: number, length: number): void {
    const start = at + headBytes;
    const stream = bytes.readUInt32BE(at + 5) & 0x7fffffff;
    this.#onFrame(bytes[at + 3] as number, bytes[at + 4] as number, stream, bytes.subarray(start, start + length));
  }
}

function payloadLength(bytes: Buffer, at: number): number {
  const length = bytes.readUIntBE(at, 3);
  if (length <= maxPayload) return length;
  throw new ConnectionError(codes.frameSize, `a frame of ${length} bytes; one may have ${maxPayload}`);
}
