import { describe, expect, test } from 'vitest';
import { headerBlock } from './header-block.ts';
import type { Header } from './header.ts';
import { HeaderDecoder } from './header-decoder.ts';
import { HpackError } from './hpack-error.ts';
import { staticTable } from './static-table.ts';

const limits = { maxBytes: 16_384, maxHeaders: 200 };
const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

const first: Header[] = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'www.example.com'],
];
const second: Header[] = [...first, ['cache-control', 'no-cache']];
const third: Header[] = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':path', '/index.html'],
  [':authority', 'www.example.com'],
  ['custom-key', 'custom-value'],
];

describe('the examples of RFC 7541', () => {
  test.each<[string, string, Header[]]>([
    ['C.2.1, literal with indexing', '400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572', [['custom-key', 'custom-header']]],
    ['C.2.2, literal without indexing', '040c 2f73 616d 706c 652f 7061 7468', [[':path', '/sample/path']]],
    ['C.2.3, literal never indexed', '1008 7061 7373 776f 7264 0673 6563 7265 74', [['password', 'secret']]],
    ['C.2.4, indexed', '82', [[':method', 'GET']]],
  ])('%s', (_, hex, headers) => {
    expect(new HeaderDecoder(limits).read(bytesOf(hex))).toEqual({ headers, excessive: false });
  });

  test.each<[string, string[]]>([
    [
      'C.3, requests without Huffman’s code',
      [
        '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
        '8286 84be 5808 6e6f 2d63 6163 6865',
        '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65',
      ],
    ],
    [
      'C.4, requests in it',
      [
        '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
        '8286 84be 5886 a8eb 1064 9cbf',
        '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf',
      ],
    ],
  ])('%s, one after the other', (_, blocks) => {
    const decoder = new HeaderDecoder(limits);
    expect(blocks.map((hex) => decoder.read(bytesOf(hex)).headers)).toEqual([first, second, third]);
  });
});

describe('the table', () => {
  const kept = (name: string, value: string): Buffer =>
    Buffer.concat([Buffer.of(0x40, name.length), Buffer.from(name), Buffer.of(value.length), Buffer.from(value)]);

  test('gives up what does not fit, the oldest first', () => {
    const decoder = new HeaderDecoder(limits);
    decoder.read(Buffer.concat([bytesOf('3f 31'), kept('a', '1'), kept('b', '2'), kept('c', '3')])); // 80 bytes: two of 34
    expect(decoder.read(bytesOf('be bf')).headers).toEqual([
      ['c', '3'],
      ['b', '2'],
    ]);
    expect(() => decoder.read(bytesOf('c0'))).toThrow(HpackError);
  });

  test('is empty after one that is larger than it, and after it had no room', () => {
    for (const emptying of [kept('a', 'x'.repeat(60)), bytesOf('20 3f 31')]) {
      const decoder = new HeaderDecoder(limits);
      decoder.read(Buffer.concat([bytesOf('3f 31'), kept('b', '2')]));
      decoder.read(emptying);
      expect(() => decoder.read(bytesOf('be'))).toThrow('no header of index 62');
    }
  });

  test('is kept up by a block that has too much, too', () => {
    const decoder = new HeaderDecoder({ maxBytes: 100, maxHeaders: 1 });
    expect(decoder.read(Buffer.concat([kept('a', '1'), kept('b', '2')]))).toEqual({ headers: [['a', '1']], excessive: true });
    expect(decoder.read(bytesOf('be'))).toEqual({ headers: [['b', '2']], excessive: false });
  });

  test('a bomb of references is not unpacked', () => {
    const decoder = new HeaderDecoder(limits);
    const bomb = Buffer.concat([kept('a', 'x'.repeat(100)), Buffer.alloc(60_000, 0xbe)]);
    const { headers, excessive } = decoder.read(bomb);
    expect([excessive, headers.length]).toEqual([true, 123]); // of 133 bytes each
  });
});

test.each([
  ['index 0', '80'],
  ['an index that is not there', 'c6'],
  ['an integer without end', 'ff ff ff ff ff ff ff'],
  ['an integer that is cut off', 'ff'],
  ['a string that is cut off', '00 05 61'],
  ['a string of gigabytes', '00 7f ff ff ff 7f'],
  ['a name without a value', '00 01 61'],
  ['the size of the table in the middle', '82 20'],
  ['a table that is too large', '3f e2 1f'],
  ['Huffman’s code filled up with zeros', '00 81 18 01 61'],
  ['Huffman’s code filled up with a whole byte', '00 82 1f ff 01 61'],
  ['the end of a string in Huffman’s code', '00 84 ff ff ff ff 01 61'],
])('%s cannot be read', (_, hex) => {
  expect(() => new HeaderDecoder(limits).read(bytesOf(hex))).toThrow(HpackError);
});

test('what `headerBlock` writes is read again, and leaves nothing in the table', () => {
  const headers = { ':status': '200', 'content-type': 'application/grpc', 'x-long': 'a'.repeat(3000), allow: '' };
  const decoder = new HeaderDecoder(limits);
  expect(decoder.read(headerBlock(headers)).headers).toEqual(Object.entries(headers));
  expect(decoder.changes).toBe(0);
});

test('the static table has the 61 entries of the RFC, each of its index', () => {
  expect([staticTable.length, staticTable[0], staticTable[60]]).toEqual([61, [':authority', ''], ['www-authenticate', '']]);
  const all = new HeaderDecoder(limits).read(Buffer.from(staticTable.map((_, index) => 0x81 + index)));
  expect(all.headers).toEqual(staticTable);
});
