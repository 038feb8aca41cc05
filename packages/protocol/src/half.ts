const word = new DataView(new ArrayBuffer(8));

/** The number that 16 bits of IEEE 754 binary16 stand for. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The 16 bits of IEEE 754 binary16 that are nearest to a number: of two as near, the even ones; infinite from 65,520. */
export function toHalf(number: number): number {
  word.setFloat64(0, number);
  const high = word.getUint16(0);
  const sign = high & 0x8000;
  const size = Math.abs(number);
  if (Number.isNaN(number)) return 0x7e00;
  if (size >= 65_520) return sign | 0x7c00;
  const exponent = Math.max(((high >> 4) & 0x7ff) - 1023, -14);
  const steps = size / 2 ** (exponent - 10); // of the last bit
  const rounded = Math.round(steps) - (steps % 1 === 0.5 && Math.round(steps) % 2 === 1 ? 1 : 0);
  return sign | (((exponent + 14) << 10) + rounded); // of a number that is not subnormal, the first bit counts the exponent up
}

/** The number that 16 bits of bfloat16 stand for: the upper half of a float32. */
export function fromBfloat16(bits: number): number {
  word.setUint16(0, bits);
  word.setUint16(2, 0);
  return word.getFloat32(0);
}
