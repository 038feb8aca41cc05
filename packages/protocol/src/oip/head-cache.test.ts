import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { headCache } from './head-cache.ts';

test('whatever comes in which order, a head is what reading it gives', () => {
  const head = fc.oneof(fc.uint8Array({ maxLength: 8 }), fc.constantFrom(Buffer.from('a'), Buffer.from('é'), Buffer.alloc(2000, 'x')));
  fc.assert(
    fc.property(fc.array(head, { maxLength: 300 }), (given) => {
      const { read } = headCache(
        (bytes) => Buffer.from(bytes).toString('hex'),
        (text) => text.length % 4 === 0,
      );
      for (const bytes of given) expect(read(bytes)).toBe(Buffer.from(bytes).toString('hex'));
    }),
  );
});

test('a head that may be kept is read once; others, and long ones, each time', () => {
  let reads = 0;
  const { read } = headCache(
    (bytes) => (reads++, bytes.length),
    (length) => length !== 3,
  );
  for (const text of ['same', 'same', 'not', 'not']) read(Buffer.from(text));
  expect(reads).toBe(3);
  for (let again = 0; again < 2; again++) read(Buffer.alloc(2000));
  expect(reads).toBe(5);
});
