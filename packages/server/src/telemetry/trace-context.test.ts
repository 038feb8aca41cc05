import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTraceparent } from './trace-context.ts';

const trace = '0af7651916cd43dd8448eb211c80319c';
const span = 'b7ad6b7169203331';

test('what is written is read as it was', () => {
  const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)).filter((text) => !/^0+$/.test(text));
  fc.assert(
    fc.property(hex(32), hex(16), fc.integer({ min: 0, max: 3 }), (traceId, spanId, flags) => {
      expect(parseTraceparent(`00-${traceId}-${spanId}-0${flags}`)).toEqual({ traceId, spanId, flags });
    }),
  );
});

test('of a later version what is known is read, and flags that are not known are dropped', () => {
  expect(parseTraceparent(`00-${trace}-${span}-ff`)).toEqual({ traceId: trace, spanId: span, flags: 3 });
  expect(parseTraceparent(`01-${trace}-${span}-01`)).toMatchObject({ flags: 1 });
  expect(parseTraceparent(`cc-${trace}-${span}-00-what-comes`)).toMatchObject({ traceId: trace, flags: 0 });
});

test.each([
  ['nothing', undefined],
  ['an empty one', ''],
  ['the forbidden version', `ff-${trace}-${span}-01`],
  ['more than version 00 has', `00-${trace}-${span}-01-more`],
  ['two at once', `00-${trace}-${span}-01, 00-${trace}-${span}-01`],
  ['no flags', `00-${trace}-${span}`],
  ['capital letters', `00-${trace.toUpperCase()}-${span}-01`],
  ['a short trace id', `00-${trace.slice(1)}-${span}-01`],
  ['a trace id of zeros', `00-${'0'.repeat(32)}-${span}-01`],
  ['a span id of zeros', `00-${trace}-${'0'.repeat(16)}-01`],
  ['blanks', ` 00-${trace}-${span}-01`],
  ['a later version that is cut off', `01-${trace}-${span}-01x`],
])('%s is no context', (_, text) => {
  expect(parseTraceparent(text)).toBeUndefined();
});
