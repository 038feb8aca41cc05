import type { Message } from '../call.ts';
import { InferenceError } from '../error.ts';
import { parseJson } from '../json/syntax.ts';
import { decodeMultipart } from './multipart.ts';
import { decodeSeldonJson } from './json.ts';

/**
 * A SeldonMessage that came as an HTTP form: the field `json` of an url-encoded one holds the whole message, as the 2018 engine posts it; of
 * a multipart one each part is a member of the message: `strData` as it stands, `binData` a file, all others JSON.
 * @throws InferenceError INVALID_ARGUMENT where the form has no such field; UNSUPPORTED_MEDIA_TYPE where it is no form
 */
export function decodeSeldonForm(body: Uint8Array, contentType: string): Message {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/x-www-form-urlencoded') return decodeUrlEncoded(body);
  if (type === 'multipart/form-data') return decodeParts(body, contentType);
  throw new InferenceError(
    'UNSUPPORTED_MEDIA_TYPE',
    `"${contentType}" is no form: application/x-www-form-urlencoded or multipart/form-data`,
  );
}

function decodeUrlEncoded(body: Uint8Array): Message {
  const json = new URLSearchParams(Buffer.from(body).toString('utf8')).get('json');
  if (json === null) throw new InferenceError('INVALID_ARGUMENT', 'the form has no field "json"');
  return decodeSeldonJson(Buffer.from(json));
}

function decodeParts(body: Uint8Array, contentType: string): Message {
  const parts = decodeMultipart(body, contentType);
  if (parts.length === 0) throw new InferenceError('INVALID_ARGUMENT', 'the form has no fields');
  const pieces = parts.flatMap(({ name, content }, index) => [
    Buffer.from(`${index === 0 ? '{' : ','}${JSON.stringify(name)}:`),
    memberOf(name, content),
  ]);
  return decodeSeldonJson(Buffer.concat([...pieces, Buffer.from('}')]));
}

function memberOf(name: string, content: Buffer): Buffer {
  if (name === 'strData') return Buffer.from(JSON.stringify(content.toString('utf8')));
  if (name === 'binData') return Buffer.from(`"${content.toString('base64')}"`);
  parseJson(content, `form field "${name}"`); // so that the error names the field
  return content;
}
