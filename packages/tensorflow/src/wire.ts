import { TensorFlowError } from './tensorflow-error.ts';

/** A field of a message of protocol buffers as it lies on the wire. */
export type Field = {
  readonly number: number;
  /** Of a string, bytes or message within: its content. Else empty. */
  readonly bytes: Uint8Array;
  /** Of an integer: its 64 bits, with a sign. Else 0. */
  readonly value: bigint;
  /** All of it, tag included. */
  readonly raw: Uint8Array;
};

const skipped: Readonly<Record<number, number>> = { 1: 8, 5: 4 }; // bytes of doubles and floats

/** The fields of a message, in their order. @throws as `eachField` */
export const fieldsOf = (message: Uint8Array, what: string): Field[] => [...eachField(message, what)];

/**
 * The fields of a message, one by one. Nothing is copied. Source: protobuf.dev, "Encoding".
 *
 * @param what the message, for errors
 * @throws TensorFlowError where a field goes beyond the message's end, or is of no known kind
 */
export function* eachField(message: Uint8Array, what: string): Generator<Field> {
  let at = 0;
  const broken = (how: string): never => {
    throw new TensorFlowError(`${what} is damaged at byte ${at} of ${message.length}: ${how}`);
  };
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at++] ?? broken('it ends within a number');
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asIntN(64, value);
    }
    return broken('a number is longer than 64 bits');
  };
  while (at < message.length) {
    const start = at;
    const tag = varint();
    const number = Number(BigInt.asUintN(32, tag) >> 3n);
    const kind = Number(tag & 7n);
    let value = 0n;
    let content = start;
    if (kind === 0) value = varint();
    else if (kind === 2) {
      const length = varint();
      content = at;
      if (length < 0n || length > BigInt(message.length - at))
        broken(`field ${number} has ${length} bytes, ${message.length - at} are left`);
      at += Number(length);
    } else {
      const size = skipped[kind] ?? broken(`field ${number} is of kind ${kind}`);
      if (size > message.length - at) broken(`it ends within field ${number}`);
      at += size;
    }
    const bytes = kind === 2 ? message.subarray(content, at) : message.subarray(0, 0);
    yield { number, bytes, value, raw: message.subarray(start, at) };
  }
}

export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The last string of that number, as protocol buffers have it; "" where there is none. */
export const stringOf = (fields: readonly Field[], number: number): string => textOf(lastOf(fields, number)?.bytes ?? new Uint8Array());

export const lastOf = (fields: readonly Field[], number: number): Field | undefined => fields.findLast((field) => field.number === number);

export const allOf = (fields: readonly Field[], number: number): Uint8Array[] =>
  fields.filter((field) => field.number === number).map(({ bytes }) => bytes);
