import { ForestError } from './error.ts';

/** Reads the bytes of a file in order, and never past their end. */
export type ByteReader = {
  readonly position: () => number;
  /** @throws ForestError where fewer bytes are left. */
  take(count: number, what: string): Buffer;
  /** @throws ForestError where fewer bytes are left. */
  expect(count: number, what: string): void;
  uint16(what: string): number;
  uint32(what: string): number;
  double(what: string): number;
  /** A whole number up to 2⁵³ − 1 in LEB128, in its shortest form. */
  varint(what: string): number;
  /** So many whole numbers of so many bits, 0 to 31; the last byte is filled up with 0. */
  bits(count: number, width: number, what: string): Int32Array;
  /** @throws ForestError that names the position. */
  refuse(reason: string, position?: number): never;
};

export function byteReader(bytes: Uint8Array): ByteReader {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;

  function refuse(reason: string, position = at): never {
    throw new ForestError(`not a sound forest file: at byte ${position}: ${reason}`);
  }
  function expect(count: number, what: string): void {
    if (count > buffer.length - at) refuse(`${what} take ${count} bytes, but only ${buffer.length - at} are left`);
  }
  function take(count: number, what: string): Buffer {
    expect(count, what);
    at += count;
    return buffer.subarray(at - count, at);
  }
  function varint(what: string): number {
    const start = at;
    let number = 0;
    for (let factor = 1; factor <= 2 ** 49; factor *= 0x80) {
      const byte = at < buffer.length ? (buffer[at++] as number) : (take(1, what)[0] as number);
      number += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        if ((byte === 0 && factor > 1) || number > Number.MAX_SAFE_INTEGER) break;
        return number;
      }
    }
    return refuse(`${what} is not a whole number of 53 bits in its shortest form`, start);
  }
  function bits(count: number, width: number, what: string): Int32Array {
    const start = at;
    const bytes = take(Math.ceil((count * width) / 8), what);
    const numbers = new Int32Array(count);
    let byte = 0;
    let bit = 0; // of that byte
    for (let i = 0; i < count; i++) {
      let number = 0;
      for (let filled = 0; filled < width;) {
        const some = Math.min(8 - bit, width - filled);
        number |= (((bytes[byte] as number) >> bit) & ((1 << some) - 1)) << filled;
        filled += some;
        bit += some;
        if (bit === 8) {
          bit = 0;
          byte++;
        }
      }
      numbers[i] = number;
    }
    if (bit > 0 && (bytes[byte] as number) >> bit !== 0) refuse(`${what} go on after ${count}`, start + byte);
    return numbers;
  }
  return {
    position: () => at,
    take,
    expect,
    uint16: (what) => take(2, what).readUInt16LE(),
    uint32: (what) => take(4, what).readUInt32LE(),
    double: (what) => take(8, what).readDoubleLE(),
    varint,
    bits,
    refuse,
  };
}
