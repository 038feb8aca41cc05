import type { Feedback, Message } from '../call.ts';
import { InferenceError } from '../error.ts';
import { describe } from '../json/expect.ts';
import { members } from '../json/members.ts';
import { parseJson } from '../json/syntax.ts';
import { embedded, FIXED32, lengthDelimited, wireFields } from '../wire-fields.ts';
import { decodeSeldonJson, encodeSeldonJson } from './json.ts';
import { decodeSeldonProto, encodeSeldonProto } from './proto.ts';

/** The parts of a feedback that are messages, and their fields in the proto. */
const parts = { request: 1, response: 2, truth: 4 } as const;
const REWARD = 3;

type Part = keyof typeof parts;

/**
 * A Feedback in JSON; its messages are as lazy as those of `decodeSeldonJson`.
 * @throws InferenceError INVALID_ARGUMENT where it is no object, or its reward no finite number ≥ 0; a missing reward is 0
 */
export function decodeFeedbackJson(body: Uint8Array): Feedback {
  const found: Partial<Record<Part, Message>> = {};
  let reward: unknown;
  for (const { name, start, end } of members(body)) {
    const value = body.subarray(start, end);
    if (name === 'reward') reward = parseJson(value, 'reward');
    else if (Object.hasOwn(parts, name) && !isNull(value)) found[name as Part] = decodeSeldonJson(value);
  }
  return { ...found, reward: checkReward(reward) };
}

export function encodeFeedbackJson(feedback: Feedback): Buffer {
  const pieces = Object.keys(parts).flatMap((name) => {
    const message = feedback[name as Part];
    return message ? [Buffer.from(`"${name}":`), encodeSeldonJson(message), Buffer.from(',')] : [];
  });
  return Buffer.concat([Buffer.from('{'), ...pieces, Buffer.from(`"reward":${checkReward(feedback.reward)}}`)]);
}

/** As `decodeFeedbackJson`, of a seldon.protos.Feedback. Its reward is a float32 on the wire: 0.1 comes as 0.10000000149011612. */
export function decodeFeedbackProto(bytes: Uint8Array): Feedback {
  const fields = wireFields(bytes);
  const found: Partial<Record<Part, Message>> = {};
  for (const name of Object.keys(parts) as Part[]) {
    const body = embedded(bytes, fields, parts[name]);
    if (body) found[name] = decodeSeldonProto(body);
  }
  const last = fields.findLast(({ number, type }) => number === REWARD && type === FIXED32);
  const reward = last ? new DataView(bytes.buffer, bytes.byteOffset).getFloat32(last.start, true) : 0;
  return { ...found, reward: checkReward(reward) };
}

export function encodeFeedbackProto(feedback: Feedback): Buffer {
  const messages = (Object.keys(parts) as Part[]).flatMap((name) => {
    const message = feedback[name];
    return message ? [lengthDelimited(parts[name], encodeSeldonProto(message))] : [];
  });
  const reward = Buffer.alloc(5);
  reward.writeUInt8((REWARD << 3) | FIXED32);
  reward.writeFloatLE(checkReward(feedback.reward), 1);
  return Buffer.concat([...messages, reward]);
}

function checkReward(reward: unknown): number {
  if (reward === undefined || reward === null) return 0;
  if (typeof reward === 'number' && Number.isFinite(reward) && reward >= 0) return reward;
  throw new InferenceError('INVALID_ARGUMENT', `reward is ${describe(reward)}; it must be a finite number ≥ 0`);
}

function isNull(value: Uint8Array): boolean {
  return value.length === 4 && value[0] === 0x6e;
}
