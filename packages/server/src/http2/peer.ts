import { codes, ConnectionError, firstWindow, flags, kinds, maxPayload, maxWindow, settingIds } from './frames.ts';

/** Settings in one frame: there are six. */
const mostSettings = 32;
/** A block that begins with it says that there is no table any more (RFC 7541, 6.3). */
const noTable: Buffer = Buffer.of(0x20);

/** What the other side takes, as it says by its settings (RFC 9113, 6.5). */
export class Peer {
  /** Bytes of data that it takes of the connection. */
  window = firstWindow;
  /** Of a stream, when it begins. */
  firstWindow = firstWindow;
  /** Of one frame. */
  maxFrame = maxPayload;
  /** Requests at the same time. */
  maxStreams = Infinity;
  #greeted = false;
  #table = 4096; // of its table of headers, of which we use nothing
  #smaller = false;

  /** @throws ConnectionError unless the first frame of all is its settings */
  order(kind: number, bits: number): void {
    if (this.#greeted) return;
    if (kind !== kinds.settings || (bits & flags.ack) !== 0) throw new ConnectionError(codes.protocol, 'the first frame is not settings');
    this.#greeted = true;
  }

  /** @returns by how many bytes the window of each stream is wider. @throws ConnectionError for what is no setting */
  read(payload: Buffer): number {
    if (payload.length % 6 !== 0) throw new ConnectionError(codes.frameSize, `settings of ${payload.length} bytes`);
    if (payload.length > 6 * mostSettings) throw new ConnectionError(codes.calm, `${payload.length / 6} settings`);
    const before = this.firstWindow;
    for (let at = 0; at < payload.length; at += 6) this.#set(payload.readUInt16BE(at), payload.readUInt32BE(at + 2));
    return this.firstWindow - before;
  }

  /** It takes so much more of the connection. @throws ConnectionError for none, and for more than a window may be */
  widen(bytes: number): void {
    if (bytes === 0) throw new ConnectionError(codes.protocol, 'a window that does not open');
    this.window += bytes;
    if (this.window > maxWindow) throw new ConnectionError(codes.flowControl, 'a window beyond 2^31-1');
  }

  /** A block of headers, as it may be sent now. */
  block(block: Buffer): Buffer {
    if (!this.#smaller) return block;
    this.#smaller = false;
    return Buffer.concat([noTable, block]);
  }

  #set(id: number, value: number): void {
    switch (id) {
      case settingIds.headerTableSize:
        if (value < this.#table) [this.#table, this.#smaller] = [0, true]; // said once, as none is used
        return;
      case settingIds.enablePush:
        if (value > 1) throw new ConnectionError(codes.protocol, `ENABLE_PUSH ${value}`);
        return;
      case settingIds.maxConcurrentStreams:
        this.maxStreams = value;
        return;
      case settingIds.initialWindowSize:
        if (value > maxWindow) throw new ConnectionError(codes.flowControl, `a window of ${value} bytes`);
        this.firstWindow = value;
        return;
      case settingIds.maxFrameSize:
        if (value < maxPayload || value >= 2 ** 24) throw new ConnectionError(codes.protocol, `frames of ${value} bytes`);
        this.maxFrame = value;
    }
  }
}
