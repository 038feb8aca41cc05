import type { Message, MetaMember } from '../call.ts';
import { asObject, type Json } from '../json/expect.ts';
import { members } from '../json/members.ts';
import { parseJson } from '../json/syntax.ts';
import { parseWithNumbers, type Places } from '../json/with-numbers.ts';
import { lazyMessage } from '../lazy.ts';
import { asBuffer } from '../raw.ts';
import { contentOf } from './json-data.ts';
import { dataText } from './json-text.ts';
import { jsonOfMeta, metaOfJson, metaText } from './meta.ts';

/**
 * A SeldonMessage in JSON. Nothing is parsed before it is asked for: `meta` parses the member `meta` alone, `payload` and `encoding` the
 * whole. So whatever is wrong with the body is told then, as InferenceError INVALID_ARGUMENT.
 *
 * A body without data has the payload `empty`: a feedback's response may have meta only, and who needs data must say so.
 *
 *     const message = decodeSeldonJson(Buffer.from('{"data":{"ndarray":[[1,2]]}}'));
 *     message.payload;   // { kind: 'tensors', tensors: [{ name: '', datatype: 'FP64', shape: [1, 2], data: Float64Array [1, 2] }] }
 */
export function decodeSeldonJson(body: Uint8Array): Message {
  let parsed: Json | undefined;
  let member: MetaMember | undefined | 'unknown' = 'unknown';
  const metaMember = () => (member === 'unknown' ? (member = findMeta(body)) : member);
  const meta = () => metaOfJson(parsed ? parsed['meta'] : metaMember()?.json);
  const content = () => {
    parsed = asObject(parseWithNumbers(body, 'the body', places), 'the body');
    return contentOf(parsed, body);
  };
  return lazyMessage(meta, content, () => ({ format: 'seldon-json', body, metaMember }));
}

const places: Places = {
  members: { data: { members: { ndarray: { numbers: true }, tensor: { members: { values: { numbers: true } } } } } },
};

const metaKey = Buffer.from('"meta"');
const BACKSLASH = 0x5c;

/** Whether an object may have a member `meta`: it is named in the bytes, or some name may be written with escapes. */
function mayHaveMeta(body: Uint8Array): boolean {
  const bytes = asBuffer(body);
  return bytes.includes(metaKey) || bytes.includes(BACKSLASH);
}

export function findMeta(body: Uint8Array): MetaMember | undefined {
  if (!mayHaveMeta(body)) return undefined;
  const member = members(body).findLast(({ name }) => name === 'meta');
  return member && { ...member, json: parseJson(body.subarray(member.start, member.end), 'meta') };
}

/**
 * The JSON of a message: the very bytes that came, if it came as Seldon's JSON; else made anew, in the message's encoding.
 * @throws InferenceError INTERNAL for a number that JSON has no way to write
 */
export function encodeSeldonJson(message: Message): Buffer {
  const { wire } = message;
  if (wire?.format === 'seldon-json') return asBuffer(wire.body);
  const data = dataText(message.payload, message.encoding);
  return Buffer.from(`{"meta":${metaText(jsonOfMeta(message.meta))}${data === '' ? '' : `,${data}`}}`);
}
