import { ForestError } from '../error.ts';

/** A field of a protobuf message: a whole number, or bytes (of any length, of 4 or of 8). */
export type Field = { readonly number: number; readonly wire: number; readonly value: number; readonly bytes: Uint8Array };

const none = new Uint8Array(0);

/**
 * The fields of a message, one by one, as the bytes hold them.
 * https://protobuf.dev/programming-guides/encoding/
 * @throws ForestError where the bytes are no message.
 */
export function* readFields(bytes: Uint8Array): Generator<Field> {
  const cursor = { at: 0 };
  while (cursor.at < bytes.length) {
    const tag = readVarint(bytes, cursor);
    const number = Math.floor(tag / 8);
    const wire = tag % 8;
    if (number < 1 || tag < 0) throw new ForestError(`no ONNX file: field ${number} in a message`);
    if (wire === 0) {
      yield { number, wire, value: readVarint(bytes, cursor), bytes: none };
      continue;
    }
    const length = wire === 2 ? readVarint(bytes, cursor) : wire === 5 ? 4 : wire === 1 ? 8 : -1;
    if (length < 0) throw new ForestError(`no ONNX file: field ${number} of wire type ${wire}`);
    if (length > bytes.length - cursor.at)
      throw new ForestError(`no ONNX file: field ${number} takes ${length} bytes, but only ${bytes.length - cursor.at} are left`);
    cursor.at += length;
    yield { number, wire, value: 0, bytes: bytes.subarray(cursor.at - length, cursor.at) };
  }
}

/** A whole number of 64 bits, signed; exact up to 2⁵³. */
export function readVarint(bytes: Uint8Array, cursor: { at: number }): number {
  let number = 0;
  for (let factor = 1; factor <= 2 ** 42; factor *= 0x80) {
    const byte = nextByte(bytes, cursor);
    number += (byte & 0x7f) * factor;
    if (byte < 0x80) return number;
  }
  let large = BigInt(number);
  for (let shift = 49n; shift < 70n; shift += 7n) {
    const byte = nextByte(bytes, cursor);
    large |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return Number(BigInt.asIntN(64, large));
  }
  throw new ForestError('no ONNX file: a whole number of more than ten bytes');
}

function nextByte(bytes: Uint8Array, cursor: { at: number }): number {
  if (cursor.at >= bytes.length) throw new ForestError('no ONNX file: it ends in the middle of a number');
  return bytes[cursor.at++] as number;
}

export const readText = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');

/** Whole numbers of a repeated field, packed or one by one. */
export function readWholes({ wire, value, bytes }: Field, into: number[]): void {
  if (wire === 0) into.push(value);
  const cursor = { at: 0 };
  while (cursor.at < bytes.length) into.push(readVarint(bytes, cursor));
}

/** Floats or doubles of a repeated field, packed or one by one. */
export function readNumbers({ bytes }: Field, width: 4 | 8, into: number[]): void {
  if (bytes.length % width !== 0) throw new ForestError(`no ONNX file: ${bytes.length} bytes of numbers of ${width} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length; at += width) into.push(width === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true));
}

/** A message's field of bytes, text or another message. */
export function bytesField(number: number, content: Uint8Array | string): Uint8Array {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

export const wholeField = (number: number, value: number): Uint8Array => Buffer.concat([varint(number * 8), varint(value)]);

export const wholesField = (number: number, values: readonly number[]): Uint8Array => bytesField(number, varints(values));

export function floatsField(number: number, values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeFloatLE(value, 4 * i);
  return bytesField(number, bytes);
}

const varint = (value: number): Uint8Array => varints([value]);

function varints(values: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  for (let value of values) {
    for (; value > 0x7f; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
    bytes.push(value);
  }
  return Uint8Array.from(bytes);
}
