/** Writes messages of protocol buffers, as much as a TensorFlow graph needs. Source: protobuf.dev, "Encoding". */
export type Message = Uint8Array;

/** Joins fields to a message. */
export const message = (...fields: readonly Uint8Array[]): Message => Buffer.concat(fields);

/** An integer or truth value; negative ones as 64 bits of two's complement. */
export const integer = (field: number, value: number | bigint | boolean): Uint8Array =>
  Buffer.from([...varint(tag(field, 0)), ...varint(value)]);

export function float(field: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([Buffer.from(varint(tag(field, 5))), bytes]);
}

/** A string, bytes, or a message within. */
export function bytes(field: number, value: string | Uint8Array): Uint8Array {
  const data = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([Buffer.from([...varint(tag(field, 2)), ...varint(data.length)]), data]);
}

/** Integers in a row. */
export const integers = (field: number, values: readonly number[]): Uint8Array =>
  bytes(field, Uint8Array.from(values.flatMap((value) => varint(value))));

/** Floats in a row. */
export function floats(field: number, values: readonly number[]): Uint8Array {
  const data = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) data.writeFloatLE(value, 4 * index);
  return bytes(field, data);
}

const tag = (field: number, wireType: number): number => field * 8 + wireType;

function varint(value: number | bigint | boolean): number[] {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  return [...out, Number(rest)];
}
