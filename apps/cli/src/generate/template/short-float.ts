/** Bits of the mantissa, and what is added to the exponent. */
export type ShortFloat = { readonly mantissa: number; readonly bias: number };

/** Floats of sixteen bits. */
export const shortFloats: { readonly [datatype: string]: ShortFloat | undefined } = {
  FP16: { mantissa: 10, bias: 15 },
  BF16: { mantissa: 7, bias: 127 },
};

/** The nearest short float's bits; of two, the even one's. */
export function bitsOfFloat(value: number, { mantissa, bias }: ShortFloat): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const infinity = (2 * bias + 1) * 2 ** mantissa;
  if (Number.isNaN(value)) return infinity + 2 ** (mantissa - 1);
  const size = Math.abs(value);
  if (size === Infinity) return sign + infinity;
  let exponent = size === 0 ? 1 - bias : Math.max(1 - bias, Math.floor(Math.log2(size)));
  if (2 ** exponent > size && exponent > 1 - bias) exponent--; // the logarithm is rounded
  const units = size / 2 ** (exponent - mantissa);
  const below = Math.floor(units);
  const half = units - below;
  const rounded = half > 0.5 || (half === 0.5 && below % 2 === 1) ? below + 1 : below;
  return sign + Math.min(infinity, (exponent + bias - 1) * 2 ** mantissa + rounded);
}

export function floatOfBits(bits: number, { mantissa, bias }: ShortFloat): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const rest = bits & 0x7fff;
  const exponent = rest >> mantissa;
  const fraction = rest - exponent * 2 ** mantissa;
  if (exponent === 2 * bias + 1) return fraction === 0 ? sign * Infinity : NaN;
  const whole = exponent === 0 ? 0 : 2 ** mantissa;
  return sign * (whole + fraction) * 2 ** (Math.max(exponent, 1) - bias - mantissa);
}
