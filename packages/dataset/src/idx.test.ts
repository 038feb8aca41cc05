import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseIdx, parseIdxGzip } from './idx.ts';
import { idxBytes } from './testing/folder.ts';

const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6);

describe('an IDX file', () => {
  test('of bytes is read without a copy', () => {
    const file = idxBytes(0x08, [3, 2], bytes);
    const array = parseIdx(file, 'a');
    expect(array).toMatchObject({ shape: [3, 2], type: 'u1' });
    expect([...array.values]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(array.values.buffer).toBe(file.buffer);
  });

  test.each([
    [0x09, '80ff7f', [-128, -1, 127]],
    [0x0b, '8000ffff0102', [-32768, -1, 258]],
    [0x0c, '80000000ffffffff01020304', [-2147483648, -1, 16909060]],
    [0x0d, '3fc00000c0000000', [1.5, -2]],
    [0x0e, '3ff8000000000000c000000000000000', [1.5, -2]],
  ])('of type %i is big-endian', (type, hex, expected) => {
    expect([...parseIdx(idxBytes(type, [expected.length], Buffer.from(hex, 'hex')), 'a').values]).toEqual(expected);
  });

  test('may be gzipped', async () => {
    const file = idxBytes(0x08, [300, 300], new Uint8Array(90_000).fill(7));
    expect(await parseIdxGzip(gzipSync(file), 'a')).toEqual(parseIdx(file, 'a'));
  });

  test.each([
    ['is empty', new Uint8Array(0), 'a: byte 0: the file ends here'],
    ['is of another kind', Buffer.from('hello'), 'a: byte 0: not an IDX file: it begins with 0x6865'],
    ['has an element type that there is not', idxBytes(0x0a, [1], bytes), 'a: byte 2: 0x0a is not an element type'],
    ['has no dimensions', idxBytes(0x08, [], bytes), 'a: byte 3: an array of 0 dimensions'],
    [
      'ends in its header',
      idxBytes(0x08, [1, 2, 3], bytes).subarray(0, 13),
      'a: byte 13: the file ends here; 3 dimensions take the first 16',
    ],
    ['ends early', idxBytes(0x08, [7], bytes), 'a: byte 14: the file ends here; an array of 7 ends at byte 15'],
    ['goes on', idxBytes(0x08, [5], bytes), 'a: byte 13: 1 more bytes than an array of 5 has'],
    ['claims too much', idxBytes(0x08, [2 ** 31, 28, 28], bytes), 'a: byte 22: the file ends here; an array of 2147483648×28×28'],
    ['claims more than can be', idxBytes(0x0e, [2 ** 31, 2 ** 31, 9], bytes), 'a: byte 4: an array of 2147483648×2147483648×9 is larger'],
  ])('that %s is refused with its place', (_, file, message) => {
    expect(() => parseIdx(file, 'a')).toThrow(message);
  });

  test('that is gzipped unpacks to what its header asks for and no more', async () => {
    const bomb = gzipSync(Buffer.concat([idxBytes(0x08, [4], bytes), new Uint8Array(50_000_000)]));
    const before = process.memoryUsage().arrayBuffers;
    await expect(parseIdxGzip(bomb, 'a')).rejects.toThrow('a: gzip: unpacks to more than the 12 bytes that its header asks for');
    await expect(parseIdxGzip(gzipSync(idxBytes(0x08, [2 ** 31], bytes)), 'a')).rejects.toThrow(
      'an array of 2147483648 cannot be packed so small',
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8e6);
    const whole = gzipSync(idxBytes(0x08, [6], bytes));
    await expect(parseIdxGzip(whole.subarray(0, -9), 'a')).rejects.toThrow('a: gzip: unexpected end of file');
    whole[whole.length - 6]! ^= 1;
    await expect(parseIdxGzip(whole, 'a')).rejects.toThrow('a: gzip: incorrect data check');
  });
});
