import type { FeatureArray } from './dataset.ts';

/** Element types of array files, as NumPy names them: kind and bytes. `b1` is true or false. */
export type ElementType = 'b1' | 'u1' | 'i1' | 'u2' | 'i2' | 'u4' | 'i4' | 'u8' | 'i8' | 'f2' | 'f4' | 'f8';

export const bytesOf = (type: ElementType): number => Number(type[1]);

/**
 * Numbers out of a file's bytes, in the smallest of the three forms that holds every value of the type exactly; 64-bit integers beyond
 * ±2⁵³ lose their last bits.
 */
export function readElements(bytes: Uint8Array, type: ElementType, littleEndian: boolean): FeatureArray {
  if (type === 'b1' || type === 'u1') return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength); // never a Buffer: its constructor is another
  const buffer = aligned(bytes, bytesOf(type), littleEndian);
  switch (type) {
    case 'i1':
      return new Float32Array(new Int8Array(buffer));
    case 'u2':
      return new Float32Array(new Uint16Array(buffer));
    case 'i2':
      return new Float32Array(new Int16Array(buffer));
    case 'u4':
      return new Float64Array(new Uint32Array(buffer));
    case 'i4':
      return new Float64Array(new Int32Array(buffer));
    case 'u8':
      return pairs(new Uint32Array(buffer), new Uint32Array(buffer));
    case 'i8':
      return pairs(new Uint32Array(buffer), new Int32Array(buffer));
    case 'f2':
      return Float32Array.from(new Uint16Array(buffer), half);
    case 'f4':
      return new Float32Array(buffer);
    default:
      return new Float64Array(buffer);
  }
}

/** A copy that starts where typed arrays can, in the byte order of the machine. */
function aligned(bytes: Uint8Array, size: number, littleEndian: boolean): ArrayBuffer {
  const copy = Buffer.from(new Uint8Array(bytes).buffer);
  if (!littleEndian && size === 2) copy.swap16();
  if (!littleEndian && size === 4) copy.swap32();
  if (!littleEndian && size === 8) copy.swap64();
  return copy.buffer as ArrayBuffer;
}

function pairs(low: Uint32Array, high: Uint32Array | Int32Array): Float64Array {
  const values = new Float64Array(low.length / 2);
  for (let at = 0; at < values.length; at++) values[at] = (high[2 * at + 1] as number) * 0x1_0000_0000 + (low[2 * at] as number);
  return values;
}

/** IEEE 754 binary16: 1 bit of sign, 5 of exponent, 10 of fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
