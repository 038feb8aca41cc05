/**
 * The sum as NumPy's `add.reduce` makes it, to the last bit: eight running sums over at most 128 numbers, halves of more. With it an
 * average that lies between two decimals is rounded as scikit-learn rounds it. Source: "pairwise summation" in NumPy's notes of `sum`.
 */
export function pairwiseSum(numbers: readonly number[], from = 0, length = numbers.length): number {
  if (length > 128) {
    const half = Math.floor(length / 2);
    const first = half - (half % 8);
    return pairwiseSum(numbers, from, first) + pairwiseSum(numbers, from + first, length - first);
  }
  const eights = length < 8 ? 0 : length - (length % 8);
  let sum = 0;
  if (eights > 0) {
    const lanes = numbers.slice(from, from + 8) as [number, number, number, number, number, number, number, number];
    for (let at = 8; at < eights; at++) lanes[at & 7]! += numbers[from + at] as number;
    const [a, b, c, d, e, f, g, h] = lanes;
    sum = a + b + (c + d) + (e + f + (g + h));
  }
  for (let at = eights; at < length; at++) sum += numbers[from + at] as number;
  return sum;
}
