const field = (number: number, bytes: Uint8Array): Buffer => Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
const text = (number: number, value: string): Buffer => field(number, Buffer.from(value));

/** A ModelInferRequest of rows of raw float32, as a client of the Open Inference Protocol writes it. */
export function oipRaw(model: string, rows: number, data: Float32Array): Buffer {
  const shape = Buffer.concat([varint(rows), varint(data.length / rows)]);
  const input = Buffer.concat([text(1, 'x'), text(2, 'FP32'), field(3, shape)]);
  return Buffer.concat([text(1, model), field(5, input), field(7, Buffer.from(data.buffer, data.byteOffset, data.byteLength))]);
}

function varint(value: number): Buffer {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return Buffer.from([...bytes, value]);
}
