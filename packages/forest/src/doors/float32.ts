const float = new Float32Array(1);
const floatBits = new Int32Array(float.buffer);
const double = new Float64Array(1);
const doubleBits = new BigInt64Array(double.buffer);

/** The greatest float32 below a float32. */
export function previousFloat(x: number): number {
  if (x === 0) return -1.401298464324817e-45;
  float[0] = x;
  floatBits[0]! += x > 0 ? -1 : 1;
  return float[0];
}

/** The greatest double below a double. */
export function previousDouble(x: number): number {
  if (x === 0) return -Number.MIN_VALUE;
  double[0] = x;
  doubleBits[0]! += x > 0 ? -1n : 1n;
  return double[0];
}

/** The least double above a double. */
export const nextDouble = (x: number): number => -previousDouble(-x);

/** The greatest float32 that is not above a double: a float32 is above the one just where it is above the other. */
export function floatBelow(x: number): number {
  const most = 3.4028234663852886e38;
  if (x >= most) return most;
  if (x <= -most) return -most;
  const nearest = Math.fround(x);
  return nearest > x ? previousFloat(nearest) : nearest;
}
