import { allocate, elementCount, type Tensor, type TensorSpec } from '@switchyard/protocol';
import type { Serving } from '../model-source.ts';
import { joinRows, splitRows } from './join-rows.ts';

const rows = 3;

/** Far more than another order of additions makes, far less than rows that are mixed. */
const tolerance = 1e-3;

/**
 * Whether a model answers rows together as it answers each alone. One that normalises over its batch, say, does not, and requests must not
 * share its calls. Tried with a few rows of numbers from the inputs' ranges, always the same. A model that fails at them does not.
 */
export async function answersByRow({ model, convert }: Serving): Promise<boolean> {
  try {
    const requests = Array.from({ length: rows }, (_, row) =>
      convert({ kind: 'tensors', tensors: model.signature.inputs.map((spec, at) => someRow(spec, row * 31 + at * 7)) }),
    );
    const together = splitRows(await model.predict(joinRows(requests)), Array<number>(rows).fill(1));
    for (const [at, request] of requests.entries()) {
      const alone = await model.predict(request);
      if (!alone.every((output, index) => alike(output, together[at]![index]!))) return false;
    }
    return true;
  } catch {
    return false;
  }
}

function someRow({ name, datatype, shape, range }: TensorSpec, seed: number): Tensor {
  const row = shape.map((size) => (size === -1 ? 1 : size));
  const length = elementCount(row);
  if (datatype === 'BYTES') return { name, datatype, shape: row, data: Array.from({ length }, (_, at) => Buffer.from(`${seed + at}`)) };
  const { min, max } = range ?? { min: 0, max: 1 };
  const data = allocate(datatype, length);
  const whole = !(data instanceof Float32Array || data instanceof Float64Array);
  for (let at = 0; at < length; at++) {
    // multiples of the golden ratio, whose fractions are spread evenly
    const value = min + (((seed + at + 1) * 0.6180339887498949) % 1) * (max - min);
    const fit = whole ? Math.min(Math.round(value), Math.floor(max)) : value;
    data[at] = (data instanceof BigInt64Array || data instanceof BigUint64Array ? BigInt(fit) : fit) as never;
  }
  return { name, datatype, shape: row, data };
}

function alike(one: Tensor, other: Tensor): boolean {
  if (one.shape.join() !== other.shape.join()) return false;
  if (one.datatype === 'BYTES')
    return Buffer.concat([...(one.data as Uint8Array[])]).equals(Buffer.concat([...(other.data as Uint8Array[])]));
  const [a, b] = [Float64Array.from(one.data as Float32Array, Number), Float64Array.from(other.data as Float32Array, Number)];
  const scale = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return a.every((value, at) => Math.abs(value - b[at]!) <= tolerance * scale);
}
