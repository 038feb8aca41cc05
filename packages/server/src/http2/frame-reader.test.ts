import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameReader } from './frame-reader.ts';
import { ConnectionError, frameOf, preface } from './frames.ts';

type Seen = readonly [kind: number, bits: number, stream: number, payload: string];

function framesIn(pieces: readonly Buffer[]): Seen[] {
  const seen: Seen[] = [];
  const reader = new FrameReader((kind, bits, stream, payload) => seen.push([kind, bits, stream, payload.toString('hex')]));
  for (const piece of pieces) reader.read(piece);
  return seen;
}

const frame = fc.record({
  kind: fc.nat(12),
  bits: fc.nat(255),
  stream: fc.nat(2 ** 31 - 1),
  payload: fc.uint8Array({ maxLength: 40 }),
});

test('frames are the same however their bytes come', () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 10 }), fc.array(fc.nat()), (frames, cuts) => {
      const bytes = Buffer.concat([preface, ...frames.map(({ kind, bits, stream, payload }) => frameOf(kind, stream, payload, bits))]);
      const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
      const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
      const expected = frames.map(({ kind, bits, stream, payload }) => [kind, bits, stream, Buffer.from(payload).toString('hex')]);
      expect(framesIn(pieces)).toEqual(expected);
      expect(framesIn([...bytes].map((byte) => Buffer.of(byte)))).toEqual(expected);
    }),
  );
});

test('what is no HTTP/2 is found out at its first wrong byte, a frame that is too large by its head', () => {
  expect(() => framesIn([Buffer.from('PRI * HTTP/1')])).toThrow(ConnectionError);
  expect(() => framesIn([preface, Buffer.of(0, 0x40, 1, 0, 0, 0, 0, 0, 1)])).toThrow('a frame of 16385 bytes; one may have 16384');
  expect(framesIn([preface, Buffer.of(0, 0x40, 0, 0, 0, 0, 0, 0, 1)])).toEqual([]);
});
