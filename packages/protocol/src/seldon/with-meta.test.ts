import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Message } from '../call.ts';
import { content, meta } from '../test/arbitraries.ts';
import { bytes, message, plain } from '../test/plain.ts';
import { SeldonMessage } from '../generated/messages.ts';
import { decodeSeldonJson, encodeSeldonJson } from './json.ts';
import { mergeMeta } from './meta.ts';
import { decodeSeldonProto, encodeSeldonProto } from './proto.ts';
import { withMeta } from './with-meta.ts';

const body = (message: Message): string => Buffer.from(message.wire?.body ?? []).toString();
const patch = (text: string, ...patches: Parameters<typeof withMeta>[1][]): string =>
  body(patches.reduce((message, patch) => withMeta(message, patch), decodeSeldonJson(bytes(text))));

describe('in JSON, only meta is made anew', () => {
  test('numbers of the data stay as they were written', () => {
    expect(patch('{"data": {"ndarray":[[1.0, 9007199254740993,1e3]]}, "meta" : {"puid":"a"} }', { routing: { r: 1 } })).toBe(
      '{"data": {"ndarray":[[1.0, 9007199254740993,1e3]]}, "meta" : {"puid":"a","routing":{"r":1},"tags":{},"requestPath":{}} }',
    );
  });

  test('meta is put first where there was none', () => {
    expect(patch(' {"data":{"ndarray":[1.0]}}', { puid: 'a' })).toBe(
      ' {"meta":{"puid":"a","tags":{},"routing":{},"requestPath":{}},"data":{"ndarray":[1.0]}}',
    );
    expect(patch('{ }', { puid: 'a' })).toBe('{"meta":{"puid":"a","tags":{},"routing":{},"requestPath":{}} }');
  });

  test('of meta itself, what the patch does not name stays, numbers as they were written', () => {
    expect(patch('{"meta":{"puid":"a","tags":{"x":1.0,"y":9007199254740993},"extra":[1.50]}}', { tags: { z: 2, y: 3 } })).toBe(
      '{"meta":{"puid":"a","tags":{"x":1.0,"y":3,"z":2},"extra":[1.50],"routing":{},"requestPath":{}}}',
    );
  });

  test('of two metas the last, which counts, is patched; a null one is filled', () => {
    expect(decodeSeldonJson(bytes(patch('{"meta":{"puid":"a"},"meta":{"puid":"b"}}', { routing: { r: 0 } }))).meta).toMatchObject({
      puid: 'b',
      routing: { r: 0 },
    });
    expect(decodeSeldonJson(bytes(patch('{"meta":null}', { puid: 'a' }))).meta).toMatchObject({ puid: 'a' });
  });

  test('what is no object is refused when its bytes are asked for', () => {
    const message = withMeta(decodeSeldonJson(bytes('[1]')), { puid: 'a' });
    expect(() => message.wire).toThrow('"[" at position 0, where "{" was expected');
  });
});

describe('in protobuf, too', () => {
  const original = SeldonMessage.encode({ status: { code: 7 }, meta: { puid: 'a', routing: { r: 0, s: 1 } }, strData: 'x' }).finish();

  test('any decoder sees the merged meta, and all else as it was', () => {
    const patched = withMeta(decodeSeldonProto(original), { routing: { r: 1 }, tags: { t: 'u' } });
    const { status, meta, strData } = SeldonMessage.decode(patched.wire?.body as Uint8Array);
    expect([status?.code, strData, meta?.puid, meta?.routing]).toEqual([7, 'x', 'a', { r: 1, s: 1 }]);
    expect(decodeSeldonProto(patched.wire?.body as Uint8Array).meta).toEqual(patched.meta);
  });

  test('there is one meta afterwards, even if there were several before', () => {
    const twice = Buffer.concat([original, SeldonMessage.encode({ meta: { puid: 'b' } }).finish()]);
    expect(decodeSeldonProto(twice).meta).toEqual({ puid: 'b', routing: { r: 0, s: 1 } });
    const patched = withMeta(decodeSeldonProto(twice), { routing: { q: 2 } });
    expect(decodeSeldonProto(patched.wire?.body as Uint8Array).meta).toEqual({ puid: 'b', routing: { r: 0, s: 1, q: 2 } });
  });
});

test('over any message, on any wire, meta is merged and the data is what it was', () => {
  const codecs = fc.constantFrom(
    { encode: encodeSeldonJson, decode: decodeSeldonJson },
    { encode: encodeSeldonProto, decode: decodeSeldonProto },
  );
  fc.assert(
    fc.property(
      codecs,
      meta,
      content,
      fc.array(meta, { minLength: 1, maxLength: 3 }),
      ({ encode, decode }, meta, { encoding, payload }, patches) => {
        const came = decode(encode({ meta, encoding, payload }));
        const patched = patches.reduce((message, patch) => withMeta(message, patch), came);
        const merged = patches.reduce(mergeMeta, came.meta);
        const again = decode(patched.wire?.body as Uint8Array);
        expect(patched.meta).toEqual(merged);
        expect(again.meta).toMatchObject(merged);
        expect(plain(patched.payload)).toEqual(plain(payload));
        expect(plain(again.payload)).toEqual(plain(payload));
        expect(again.encoding).toBe(encoding);
      },
    ),
  );
});

test.each(['1.0', '-0', '1E2', '-1.50', '12345678901234567890', '-1234567890123456', '0.10'])(
  'a number %s in meta stays as it was written',
  (number) => {
    for (const tags of [`{"a":${number}}`, `{"a":[1, ${number} ,2]}`, `{ "a" : [ ${number} ] }`]) {
      const came = decodeSeldonJson(bytes(`{"meta":{"tags":${tags}},"data":{"ndarray":[[1.0]]}}`));
      expect(body(withMeta(came, { puid: 'p' })).match(/-?\d[\d.E]*/g)).toContain(number);
    }
  },
);

test('a message that never was on a wire gets none', () => {
  const { meta, encoding, payload, wire } = withMeta(message({ kind: 'text', text: 'x' }, 'none', { tags: { a: 1 } }), { tags: { b: 2 } });
  expect({ meta, encoding, payload }).toEqual({ meta: { tags: { a: 1, b: 2 } }, encoding: 'none', payload: { kind: 'text', text: 'x' } });
  expect(wire).toBeUndefined();
});

test('the message that was patched stays as it was', () => {
  const came = decodeSeldonJson(bytes('{"meta":{"puid":"a"}}'));
  withMeta(came, { puid: 'b' });
  expect([came.meta.puid, body(came)]).toEqual(['a', '{"meta":{"puid":"a"}}']);
});
