import { ForestError } from './error.ts';

/** Reads the bytes of a file in order, and never past their end. */
export type ByteReader = {
  readonly position: () => number;
  /** @throws ForestError where fewer bytes are left. */
  take(count: number, what: string): Buffer;
  uint16(what: string): number;
  uint32(what: string): number;
  /** A whole number up to 2³² − 1 in LEB128, in its shortest form. */
  varint(what: string): number;
  /** @throws ForestError that names the position. */
  refuse(reason: string, position?: number): never;
};

export function byteReader(bytes: Uint8Array): ByteReader {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;

  function refuse(reason: string, position = at): never {
    throw new ForestError(`not a sound forest file: at byte ${position}: ${reason}`);
  }
  function take(count: number, what: string): Buffer {
    if (count > buffer.length - at) refuse(`${what} takes ${count} bytes, but only ${buffer.length - at} are left`);
    at += count;
    return buffer.subarray(at - count, at);
  }
  function varint(what: string): number {
    const start = at;
    let number = 0;
    for (let factor = 1; factor <= 0x1000_0000; factor *= 0x80) {
      const byte = take(1, what)[0] as number;
      number += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        if ((byte === 0 && factor > 1) || number > 0xffff_ffff) break;
        return number;
      }
    }
    return refuse(`${what} is not a whole number of 32 bits in its shortest form`, start);
  }
  return {
    position: () => at,
    take,
    uint16: (what) => take(2, what).readUInt16LE(),
    uint32: (what) => take(4, what).readUInt32LE(),
    varint,
    refuse,
  };
}
