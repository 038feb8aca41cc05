import { codes, ConnectionError, flags, frameOf, kinds } from './frames.ts';
import type { Outgoing } from './outgoing.ts';
import type { Peer } from './peer.ts';

/** What is of a whole connection, whichever its end: settings and pings are read, and acknowledged (RFC 9113, 6.5 and 6.7). */
export class Control {
  readonly #peer: Peer;
  readonly #out: Outgoing;

  constructor(peer: Peer, out: Outgoing) {
    this.#peer = peer;
    this.#out = out;
  }

  /** @returns by how many bytes the window of each stream is wider. @throws ConnectionError */
  settings(bits: number, id: number, payload: Buffer): number {
    if (id !== 0) throw new ConnectionError(codes.protocol, 'settings of a stream');
    if ((bits & flags.ack) !== 0) {
      if (payload.length > 0) throw new ConnectionError(codes.frameSize, 'an acknowledgement with settings');
      return 0;
    }
    const wider = this.#peer.read(payload);
    this.#out.acknowledge(frameOf(kinds.settings, 0, Buffer.alloc(0), flags.ack));
    return wider;
  }

  /** @returns whether it is the answer to one of ours. @throws ConnectionError */
  ping(bits: number, id: number, payload: Buffer): boolean {
    if (id !== 0) throw new ConnectionError(codes.protocol, 'a ping of a stream');
    if (payload.length !== 8) throw new ConnectionError(codes.frameSize, `a ping of ${payload.length} bytes`);
    if ((bits & flags.ack) !== 0) return true;
    this.#out.acknowledge(frameOf(kinds.ping, 0, payload, flags.ack));
    return false;
  }
}
