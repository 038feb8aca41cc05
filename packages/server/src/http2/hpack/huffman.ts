import { HpackError } from './hpack-error.ts';

/** Bits of the code of each byte, and of the end of a string, which is in none (RFC 7541, appendix B). The codes follow from them: the code is canonical. */
const lengths = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10,
  12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7,
  7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22,
  23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22,
  23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20,
  24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
];

const longest = 30;
const endOfString = 256;

/** By length: the first code, the first place in `symbols`, and how many there are. */
const first = new Int32Array(longest + 1);
const place = new Int32Array(longest + 1);
const count = new Int32Array(longest + 1);
const symbols = [...lengths.keys()].toSorted((a, b) => (lengths[a] as number) - (lengths[b] as number) || a - b);
for (const length of lengths) count[length] = (count[length] as number) + 1;
for (let length = 1; length <= longest; length++) {
  first[length] = ((first[length - 1] as number) + (count[length - 1] as number)) << 1;
  place[length] = (place[length - 1] as number) + (count[length - 1] as number);
}

/** The bytes that a string in Huffman's code stands for, each a character. @throws HpackError for what no encoder writes */
export function readHuffman(bytes: Uint8Array): string {
  const found: number[] = [];
  let [code, length] = [0, 0];
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      code = (code << 1) | ((byte >> bit) & 1);
      if (++length > longest) throw new HpackError('no code of Huffman is so long');
      const index = code - (first[length] as number);
      if (index < 0 || index >= (count[length] as number)) continue;
      const symbol = symbols[(place[length] as number) + index] as number;
      if (symbol === endOfString) throw new HpackError('the end of a string is written out');
      found.push(symbol);
      code = length = 0;
    }
  }
  if (length > 7 || code !== (1 << length) - 1) throw new HpackError('a string is not filled up with ones');
  return Buffer.from(found).toString('latin1');
}
