/** Whole numbers, seven bits a byte, low ones first; the high bit says that more follow (LEB128). */
export function encodeNumbers(numbers: Iterable<number>): Uint8Array {
  const bytes: number[] = [];
  for (let number of numbers) {
    for (; number > 0x7f; number = Math.floor(number / 0x80)) bytes.push((number % 0x80) | 0x80);
    bytes.push(number);
  }
  return Uint8Array.from(bytes);
}

/** Whole numbers of `width` bits each, 0 to 31 of them, one after another, the lowest bit first; the last byte is filled up with 0. */
export function packBits(numbers: readonly number[], width: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((numbers.length * width) / 8));
  let bit = 0;
  for (const number of numbers) {
    for (let i = 0; i < width; i++, bit++) bytes[bit >> 3] = (bytes[bit >> 3] as number) | (((number >>> i) & 1) << (bit & 7));
  }
  return bytes;
}
