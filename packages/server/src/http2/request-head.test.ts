import { expect, test } from 'vitest';
import type { Header } from './hpack/header.ts';
import { areTrailers, requestHead } from './request-head.ts';

const request: readonly Header[] = [
  [':method', 'POST'],
  [':scheme', 'http'],
  [':path', '/a'],
  [':authority', 'b'],
];

test('a request is its method, its path and its headers', () => {
  const list: Header[] = [...request, ['te', 'trailers'], ['x', '1'], ['cookie', 'a=1'], ['x', '2'], ['cookie', 'b=2'], ['__proto__', 'p']];
  const head = requestHead(list);
  expect([head?.method, head?.path]).toEqual(['POST', '/a']);
  expect(Object.entries(head?.headers ?? {})).toEqual([
    ['te', 'trailers'],
    ['x', '1, 2'],
    ['cookie', 'a=1; b=2'],
    ['__proto__', 'p'],
  ]);
});

const without = (name: string): Header[] => request.filter(([each]) => each !== name);

test.each<[string, readonly Header[]]>([
  ['no method', without(':method')],
  ['no scheme', without(':scheme')],
  ['no path', without(':path')],
  ['an empty path', [...without(':path'), [':path', '']]],
  ['two paths', [...request, [':path', '/b']]],
  ['an unknown one with a colon', [...request, [':status', '200']]],
  ['one with a colon behind the others', [...without(':path'), ['x', '1'], [':path', '/a']]],
  ['an upper-case name', [...request, ['X', '1']]],
  ['an empty name', [...request, ['', '1']]],
  ['a name with a space', [...request, ['x y', '1']]],
  ['a value with a line', [...request, ['x', '1\r\ny: 2']]],
  ['a value with a zero', [...request, ['x', '1\0']]],
  ['a header of connections', [...request, ['connection', 'close']]],
  ['a transfer coding', [...request, ['transfer-encoding', 'chunked']]],
  ['another te', [...request, ['te', 'gzip']]],
])('%s is no request', (_, list) => {
  expect(requestHead(list)).toBeUndefined();
});

test('CONNECT has neither scheme nor path', () => {
  expect(
    requestHead([
      [':method', 'CONNECT'],
      [':authority', 'b'],
    ])?.method,
  ).toBe('CONNECT');
});

test('trailers have no colons, and are headers otherwise', () => {
  expect(areTrailers([['x', '1']])).toBe(true);
  expect(areTrailers([[':path', '/a']])).toBe(false);
  expect(areTrailers([['X', '1']])).toBe(false);
});
