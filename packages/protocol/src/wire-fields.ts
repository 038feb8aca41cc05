import { InferenceError } from './error.ts';

/** A field of a protobuf message as it stands in the bytes: its number, its wire type, its tag from `tag` on, its value from `start` to `end`. */
export type WireField = {
  readonly number: number;
  readonly type: number;
  readonly tag: number;
  readonly start: number;
  readonly end: number;
};

export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH_DELIMITED = 2;
export const FIXED32 = 5;

/**
 * The top-level fields of a protobuf message, in their order, without decoding their values.
 * @throws InferenceError INVALID_ARGUMENT with the position where the bytes are no message
 */
export function wireFields(bytes: Uint8Array): WireField[] {
  const found: WireField[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = at;
    const head = varint(bytes, tag);
    const number = head.value >>> 3;
    const type = head.value & 7;
    if (number === 0) throw malformed(bytes, tag);
    let { end: start } = head;
    let end: number;
    if (type === VARINT) ({ end } = varint(bytes, start));
    else if (type === FIXED64) end = start + 8;
    else if (type === FIXED32) end = start + 4;
    else if (type === LENGTH_DELIMITED) {
      const length = varint(bytes, start);
      start = length.end;
      end = start + length.value;
    } else throw malformed(bytes, tag);
    if (end > bytes.length) throw malformed(bytes, tag);
    found.push({ number, type, tag, start, end });
    at = end;
  }
  return found;
}

/** An unsigned varint: its lower 32 bits, and where it ends. */
export function varint(bytes: Uint8Array, from: number): { value: number; end: number } {
  let value = 0;
  for (let index = 0; index < 10; index++) {
    const byte = bytes[from + index];
    if (byte === undefined) break;
    if (index < 5) value |= (byte & 0x7f) << (7 * index);
    if (byte < 0x80) return { value: value >>> 0, end: from + index + 1 };
  }
  throw malformed(bytes, from);
}

/**
 * The bytes of an embedded message: of the field's one occurrence, or of all of them one after another, which is how protobuf merges them.
 * Undefined where the field does not occur.
 */
export function embedded(bytes: Uint8Array, fields: readonly WireField[], number: number): Uint8Array | undefined {
  const parts = fields
    .filter((field) => field.number === number && field.type === LENGTH_DELIMITED)
    .map(({ start, end }) => bytes.subarray(start, end));
  return parts.length > 1 ? Buffer.concat(parts) : parts[0];
}

/** Of the members of a oneof the one that counts: the last, with what was merged into it since another one was set. */
export function oneOf(fields: readonly WireField[], numbers: readonly number[]): WireField[] {
  const set = fields.filter(({ number, type }) => numbers.includes(number) && type === LENGTH_DELIMITED);
  const last = set.at(-1);
  const other = set.findLastIndex(({ number }) => number !== last?.number);
  return set.slice(other + 1);
}

/** A length-delimited field of these parts. */
export function lengthDelimited(number: number, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.byteLength, 0);
  return Buffer.concat([varintBytes((number << 3) | LENGTH_DELIMITED), varintBytes(length), ...parts]);
}

function varintBytes(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value >>> 0; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}

function malformed(bytes: Uint8Array, at: number): InferenceError {
  return new InferenceError('INVALID_ARGUMENT', `not a valid protobuf message: no field at byte ${at} of ${bytes.length}`);
}

/** Runs a decoder of protobufjs. @throws InferenceError INVALID_ARGUMENT, naming the message, where it refuses the bytes */
export function decodeProto<T>(codec: { decode(bytes: Uint8Array): T }, bytes: Uint8Array, what: string): T {
  try {
    return codec.decode(bytes);
  } catch (cause) {
    throw new InferenceError('INVALID_ARGUMENT', `not a valid ${what}: ${(cause as Error).message}`, { cause });
  }
}
