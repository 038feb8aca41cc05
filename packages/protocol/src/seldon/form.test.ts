import { describe, expect, test } from 'vitest';
import type { Message } from '../call.ts';
import { bytes, plain } from '../test/plain.ts';
import { decodeSeldonForm } from './form.ts';

const urlencoded = 'application/x-www-form-urlencoded; charset=utf-8';

/** What a client's own FormData writes. */
async function multipart(fields: Record<string, string | Blob>): Promise<Message> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  const response = new Response(form);
  return decodeSeldonForm(await response.bytes(), response.headers.get('content-type') as string);
}

describe('an url-encoded form', () => {
  test('has the message in its field json', () => {
    const body = new URLSearchParams({ json: '{"strData":"a&b = é+"}', isDefault: 'true' }).toString();
    expect(decodeSeldonForm(bytes(body), urlencoded).payload).toEqual({ kind: 'text', text: 'a&b = é+' });
  });

  test('without that field is refused', () => {
    expect(() => decodeSeldonForm(bytes('a=b'), urlencoded)).toThrow('the form has no field "json"');
  });
});

describe('a multipart form', () => {
  test('has one member of the message a part', async () => {
    const message = await multipart({ meta: '{"puid":"a"}', data: '{"ndarray":[[1,2]]}' });
    expect(message.meta).toEqual({ puid: 'a' });
    expect(message.payload).toMatchObject({ kind: 'tensors', tensors: [{ shape: [1, 2] }] });
  });

  test('has strData as it stands', async () => {
    expect((await multipart({ strData: 'a "quoted"\r\nline é' })).payload).toEqual({ kind: 'text', text: 'a "quoted"\r\nline é' });
  });

  test('has binData as a file, with whatever bytes', async () => {
    const content = Uint8Array.from({ length: 256 }, (_, index) => index);
    expect(plain((await multipart({ binData: new Blob([content]) })).payload)).toEqual({ kind: 'bytes', bytes: [...content] });
  });

  test('names the field that is no JSON', async () => {
    await expect(multipart({ data: '{"ndarray":[[NaN]]}' })).rejects.toThrow('form field "data" is not valid JSON: NaN at position 13');
  });

  const type = 'multipart/form-data; boundary=x';
  test.each([
    ['no boundary', '--x--', 'multipart/form-data', 'its content type has no boundary'],
    ['another boundary', '--y--', type, 'the boundary "x" does not occur'],
    ['a part that is cut off', '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1', type, 'part 0 is cut off'],
    [
      'a part without the end of its headers',
      '--x\r\nContent-Disposition: form-data; name="a"\r\n--x--',
      type,
      'part 0 has no end of its headers',
    ],
    ['a part without a name', '--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--', type, 'part 0 has no name'],
    ['no parts', '--x--', type, 'the form has no fields'],
  ])('with %s is refused', (_, body, type, message) => {
    expect(() => decodeSeldonForm(bytes(body), type)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) }),
    );
  });
});

test('what is no form is refused', () => {
  expect(() => decodeSeldonForm(bytes('{}'), 'application/json')).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_MEDIA_TYPE' }));
});
