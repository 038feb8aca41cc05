import { allocate, elementCount, InferenceError, type Signature, type Tensor } from '@switchyard/protocol';

/** Whether a model takes and gives rows throughout, so that requests may share a call: every first dimension is a number of rows. */
export function hasRows({ inputs, outputs }: Signature): boolean {
  return inputs.length > 0 && [...inputs, ...outputs].every(({ shape }) => shape[0] === -1);
}

/** The rows of several requests one below the other. They are alike in everything but how many they are. */
export function joinRows(requests: readonly (readonly Tensor[])[]): readonly Tensor[] {
  const [first] = requests as readonly [readonly Tensor[]];
  return first.map((_, at) => joinTensors(requests.map((inputs) => inputs[at] as Tensor)));
}

function joinTensors(parts: readonly Tensor[]): Tensor {
  const { name, datatype, shape } = parts[0] as Tensor;
  const rows = parts.reduce((sum, part) => sum + (part.shape[0] as number), 0);
  const joined = [rows, ...shape.slice(1)];
  if (datatype === 'BYTES') return { name, datatype, shape: joined, data: parts.flatMap(({ data }) => data as readonly Uint8Array[]) };
  const data = allocate(datatype, elementCount(joined)) as Float32Array;
  let at = 0;
  for (const part of parts) {
    data.set(part.data as Float32Array, at);
    at += part.data.length;
  }
  return { name, datatype, shape: joined, data };
}

/**
 * Each request's own rows of an answer, as views.
 * @param rows How many rows each request had.
 * @throws InferenceError INTERNAL where the answer has not a row for each row
 */
export function splitRows(outputs: readonly Tensor[], rows: readonly number[]): readonly (readonly Tensor[])[] {
  const total = rows.reduce((sum, count) => sum + count, 0);
  for (const { name, shape, data } of outputs) {
    if (shape[0] === total && data.length === elementCount(shape)) continue;
    throw new InferenceError('INTERNAL', `the model gave ${shape[0]} rows of output "${name}" for ${total}`);
  }
  let from = 0;
  return rows.map((count) => {
    const start = from;
    from += count;
    return outputs.map((output) => rowsOf(output, start, count));
  });
}

function rowsOf(output: Tensor, from: number, count: number): Tensor {
  const [, ...rest] = output.shape;
  const width = elementCount(rest);
  const [start, end] = [from * width, (from + count) * width];
  const data = output.datatype === 'BYTES' ? output.data.slice(start, end) : (output.data as Float32Array).subarray(start, end);
  return { ...output, shape: [count, ...rest], data } as Tensor;
}
