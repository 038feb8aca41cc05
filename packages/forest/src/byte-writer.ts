/** What 2⁵³ − 1 takes, seven bits a byte. */
const mostNumberBytes = 8;

/** Whole numbers, seven bits a byte, low ones first; the high bit says that more follow (LEB128). */
export function encodeNumbers(numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(mostNumberBytes * numbers.length);
  let at = 0;
  for (let number of numbers) {
    for (; number > 0x7f; number = Math.floor(number / 0x80)) bytes[at++] = (number % 0x80) | 0x80;
    bytes[at++] = number;
  }
  return bytes.slice(0, at);
}

/** Whole numbers of `width` bits each, 0 to 31 of them, one after another, the lowest bit first; the last byte is filled up with 0. */
export function packBits(numbers: ArrayLike<number>, width: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((numbers.length * width) / 8));
  let bit = 0;
  for (let index = 0; index < numbers.length; index++) {
    const number = numbers[index] as number;
    for (let i = 0; i < width; i++, bit++) bytes[bit >> 3] = (bytes[bit >> 3] as number) | (((number >>> i) & 1) << (bit & 7));
  }
  return bytes;
}
