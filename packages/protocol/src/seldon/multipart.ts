import { InferenceError } from '../error.ts';

export type FormPart = { readonly name: string; readonly content: Buffer };

/**
 * The parts of a multipart/form-data body (RFC 7578), in their order; their contents are views over the body.
 * @throws InferenceError INVALID_ARGUMENT where the boundary is missing, or a part is cut off or has no name
 */
export function decodeMultipart(body: Uint8Array, contentType: string): FormPart[] {
  const boundary = parameter(contentType, 'boundary');
  if (!boundary) throw malformed('its content type has no boundary');
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const mark = Buffer.from(`--${boundary}`);
  const parts: FormPart[] = [];
  let at = bytes.indexOf(mark);
  if (at < 0) throw malformed(`the boundary "${boundary}" does not occur`);
  for (;;) {
    at += mark.length;
    if (bytes.toString('latin1', at, at + 2) === '--') return parts;
    const next = bytes.indexOf(Buffer.from(`\r\n--${boundary}`), at);
    if (next < 0) throw malformed(`part ${parts.length} is cut off`);
    parts.push(partOf(bytes.subarray(at, next), parts.length));
    at = next + 2;
  }
}

function partOf(bytes: Buffer, index: number): FormPart {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) throw malformed(`part ${index} has no end of its headers`);
  const disposition = /^content-disposition:(.*)$/im.exec(bytes.toString('utf8', 0, end))?.[1];
  const name = disposition && parameter(disposition, 'name');
  if (!name) throw malformed(`part ${index} has no name`);
  return { name, content: bytes.subarray(end + 4) };
}

function parameter(header: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^;\\s]+))`, 'i').exec(header);
  return match?.[1] ?? match?.[2];
}

function malformed(why: string): InferenceError {
  return new InferenceError('INVALID_ARGUMENT', `not a valid multipart form: ${why}`);
}
