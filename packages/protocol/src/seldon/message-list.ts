import type { Message } from '../call.ts';
import { elements, members, skipBlanks } from '../json/members.ts';
import { LENGTH_DELIMITED, lengthDelimited, wireFields } from '../wire-fields.ts';
import { decodeSeldonJson, encodeSeldonJson } from './json.ts';
import { decodeSeldonProto, encodeSeldonProto } from './proto.ts';

const SELDON_MESSAGES = 1;
const OPEN_LIST = 0x5b;

/**
 * A SeldonMessageList in JSON, or a bare array of messages, as combiners are also called; each as lazy as of `decodeSeldonJson`.
 * @throws InferenceError INVALID_ARGUMENT where it is neither
 */
export function decodeMessageListJson(body: Uint8Array): Message[] {
  const list = body[skipBlanks(body, 0)] === OPEN_LIST ? body : listMember(body);
  return list ? elements(list).map(({ start, end }) => decodeSeldonJson(list.subarray(start, end))) : [];
}

function listMember(body: Uint8Array): Uint8Array | undefined {
  const member = members(body).findLast(({ name }) => name === 'seldonMessages');
  return member && body.subarray(member.start, member.end);
}

export function encodeMessageListJson(messages: readonly Message[]): Buffer {
  const items = messages.flatMap((message, index) => [Buffer.from(index === 0 ? '' : ','), encodeSeldonJson(message)]);
  return Buffer.concat([Buffer.from('{"seldonMessages":['), ...items, Buffer.from(']}')]);
}

/** As `decodeMessageListJson`, of a seldon.protos.SeldonMessageList. */
export function decodeMessageListProto(bytes: Uint8Array): Message[] {
  return wireFields(bytes)
    .filter(({ number, type }) => number === SELDON_MESSAGES && type === LENGTH_DELIMITED)
    .map(({ start, end }) => decodeSeldonProto(bytes.subarray(start, end)));
}

export function encodeMessageListProto(messages: readonly Message[]): Buffer {
  return Buffer.concat(messages.map((message) => lengthDelimited(SELDON_MESSAGES, encodeSeldonProto(message))));
}
