/**
 * A figure with so many decimals as Python's `format(value, '.2f')` writes it, and so as scikit-learn's reports have it: what lies exactly
 * between two decimals goes to the even one. `toFixed` takes the greater: 1/8 would be 0.13 there, and is 0.12 in Python.
 *
 *     figureText(1 / 8, 2)   // '0.12'
 */
export function figureText(value: number, digits: number): string {
  const scaled = Math.abs(value) * 10 ** digits;
  const tie = Number.isInteger(value * 2 ** (digits + 1)) && scaled % 1 === 0.5; // only such numbers are exactly between, and then `scaled` is exact
  if (!tie || Math.floor(scaled) % 2 === 1) return value.toFixed(digits);
  return (Math.sign(value) * (Math.floor(scaled) / 10 ** digits)).toFixed(digits);
}

/** Text made as wide as `width` characters at least, by blanks before it. A character is a code point, as for Python. */
export const rightAligned = (text: string, width: number): string => ' '.repeat(Math.max(0, width - lengthOf(text))) + text;

export const lengthOf = (text: string): number => [...text].length;
