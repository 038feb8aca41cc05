import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRedaction, redactJson, type Rule } from './redact.ts';

const redact = (json: string, paths: string): string | undefined => redactJson(Buffer.from(json), readRedaction(paths) as Rule)?.toString();

describe('values at the paths are null', () => {
  test.each([
    ['{"data":{"ndarray":[[1,2],[3,4]]}}', 'data.ndarray', '{"data":{"ndarray":null}}'],
    ['{"data":{"ndarray":[[1,2],[3,4]]}}', 'data.ndarray[*][1]', '{"data":{"ndarray":[[1,null],[3,null]]}}'],
    ['{"inputs":[{"name":"x","data":[1]},{"data":"s"}]}', 'inputs[*].data', '{"inputs":[{"name":"x","data":null},{"data":null}]}'],
    ['{"meta":{"tags":{"user":"a","b":{"c":1}}}}', 'meta.tags.*', '{"meta":{"tags":{"user":null,"b":null}}}'],
    ['{"a":1,"b":2,"c":3}', 'c, a', '{"a":null,"b":2,"c":null}'],
    ['{"a":{"b":1,"c":2}}', 'a.b,a', '{"a":null}'],
    ['{"a":1,"a":2}', 'a', '{"a":null,"a":null}'],
    ['{"\\u0061":1}', 'a', '{"\\u0061":null}'],
    ['[{"name":"x"}]', '*.name', '[{"name":null}]'],
    ['{"größe":"ä\\"}","b":"€"}', 'größe', '{"größe":null,"b":"€"}'],
  ])('%s by %s', (json, paths, expected) => {
    expect(redact(json, paths)).toBe(expected);
  });
});

test('all else is as it came, byte for byte', () => {
  const json = ' \n{ "id" : 9007199254740993, "x": 1.0, "secret":[ 1e3 ],"a":{"secret":2}} \n';
  expect(redact(json, 'secret')).toBe(' \n{ "id" : 9007199254740993, "x": 1.0, "secret":null,"a":{"secret":2}} \n');
});

test('what is no JSON gives nothing', () => {
  for (const text of ['', '{"a":1', '{"a":1}}', 'a=1', '{"a":\u0000}']) expect(redact(text, 'a')).toBeUndefined();
});

test('a value that is redacted is nowhere in what is left', () => {
  const secret = 'S3CRET';
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (value, name) => {
      const json = JSON.stringify({ [name]: value, secret: { deep: [secret, { value }] }, last: value });
      const redacted = redact(json, 'secret.*');
      expect(redacted).not.toContain(secret);
      expect(JSON.parse(redacted!)).toEqual(JSON.parse(JSON.stringify({ [name]: value, secret: { deep: null }, last: value })));
    }),
  );
});

test('a path that is none is named', () => {
  for (const path of ['.a', 'a..b', 'a[', 'a[x]', '[0]', 'a[0', 'a]b'])
    expect(() => readRedaction(`ok, ${path}`)).toThrow(`"${path}" is no path`);
  expect(readRedaction('a, *')).toBe('all');
  expect(readRedaction(' ')).toBeUndefined();
});
