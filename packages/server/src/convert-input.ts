import { elementCount, InferenceError, type Payload, type Signature, type Tensor, type TensorSpec } from '@switchyard/protocol';
import type { Scaling } from '@switchyard/artifact';
import { checkScaling, convertElements } from './convert-elements.ts';
import { scaleNumbers, type Loop } from './element-loops.ts';

/** From what a client sent to what the model takes: one tensor an input, in the signature's order. */
export type Converter = (payload: Payload) => readonly Tensor[];

/**
 * Holds a payload against a signature and converts it, touching each element once: finite, in range, exact in the input's datatype, and
 * then scaled as the artifact states (`model = client × scale + offset`), which neither clients nor models ever do.
 *
 * A single tensor without a name, as Seldon sends it, is the single input. A vector of the right width is one row: `[784]` is
 * `[1, 784]` for an input of `[-1, 784]`. Numbers of any datatype become the input's own where they fit.
 *
 * @throws InferenceError INVALID_ARGUMENT, naming the input, the place, the value and what was expected
 */
export function createConverter(signature: Signature, scaling?: Scaling): Converter {
  if (scaling) checkScaling(signature, scaling);
  const single = signature.inputs.length === 1;
  const scale = scaling && scaleNumbers(scaling);
  const expected = new Map(signature.inputs.map((spec) => [spec, `this model takes ${describeSpec(spec)}`]));
  return (payload) => {
    if (payload.kind !== 'tensors') throw new InferenceError('INVALID_ARGUMENT', `${describePayload(payload)}; ${wanted(signature)}`);
    const { tensors } = payload;
    for (const { name } of tensors) {
      if (!signature.inputs.some((spec) => spec.name === name) && !(single && name === '')) {
        throw new InferenceError(
          'INVALID_ARGUMENT',
          `there is no input ${name === '' ? 'without a name' : `"${name}"`}; ${wanted(signature)}`,
        );
      }
    }
    if (tensors.length > signature.inputs.length) {
      throw new InferenceError('INVALID_ARGUMENT', `${tensors.length} tensors were sent; ${wanted(signature)}`);
    }
    const inputs = signature.inputs.map((spec) => {
      const tensor = tensors.find(({ name }) => name === spec.name || (single && name === ''));
      if (!tensor) throw new InferenceError('INVALID_ARGUMENT', `input "${spec.name}" is missing; ${wanted(signature)}`);
      return convert(tensor, spec, expected.get(spec) as string, scale);
    });
    checkRows(inputs, signature);
    return inputs;
  };
}

function convert(tensor: Tensor, spec: TensorSpec, expected: string, scale: Loop | undefined): Tensor {
  const shape = fitShape(tensor, spec);
  checkColumns(tensor, spec);
  const data = convertElements(tensor, { spec, shape, expected }, scale);
  return { name: spec.name, datatype: spec.datatype, shape, data };
}

function fitShape({ shape }: Tensor, spec: TensorSpec): readonly number[] {
  const refuse = (what: string): never => {
    throw new InferenceError('INVALID_ARGUMENT', `input "${spec.name}" ${what}; this model takes ${describeSpec(spec)}`);
  };
  const row = shape.length === spec.shape.length - 1;
  const full = row ? [1, ...shape] : shape;
  if (full.length !== spec.shape.length) return refuse(`has shape [${shape.join(', ')}]`);
  if (full.length > 0 && full[0] === 0) return refuse('has no rows');
  if (elementCount(full) === 0) return refuse(`has no elements, with shape [${shape.join(', ')}]`);
  const wrong = full.findIndex((size, axis) => spec.shape[axis] !== -1 && spec.shape[axis] !== size);
  if (wrong === -1) return full;
  if (row || full.length !== 2) return refuse(`has shape [${shape.join(', ')}]`);
  return refuse(wrong === 1 ? `has ${full[1]} columns` : `has ${full[0]} rows`);
}

/** Names that a client gives to its columns only matter where they contradict: known ones, in another order, are other numbers. */
function checkColumns({ columns }: Tensor, { name, columns: known }: TensorSpec): void {
  if (!columns || !known) return;
  const index = columns.findIndex((column, index) => column !== known[index] && known.includes(column));
  if (index === -1) return;
  const message = `input "${name}" column ${index} is "${columns[index]}" where this model takes "${known[index]}"; the order is ${known.join(', ')}`;
  throw new InferenceError('INVALID_ARGUMENT', message);
}

function checkRows(inputs: readonly Tensor[], { inputs: specs }: Signature): void {
  const batches = inputs.filter((_, index) => specs[index]?.shape[0] === -1);
  const other = batches.find(({ shape }) => shape[0] !== batches[0]?.shape[0]);
  if (!batches[0] || !other) return;
  const message = `input "${batches[0].name}" has ${batches[0].shape[0]} rows, but input "${other.name}" has ${other.shape[0]}`;
  throw new InferenceError('INVALID_ARGUMENT', message);
}

/** `FP32 [-1, 784] with values 0..1` */
export function describeSpec({ datatype, shape, range, missing }: TensorSpec): string {
  return `${datatype} [${shape.join(', ')}]${range ? ` with values ${range.min}..${range.max}` : ''}${missing ? ', NaN where one is missing' : ''}`;
}

function wanted({ inputs }: Signature): string {
  return `this model takes ${inputs.map((spec) => `"${spec.name}": ${describeSpec(spec)}`).join(', ')}`;
}

function describePayload({ kind }: Payload): string {
  const kinds = { json: 'JSON that is no tensor', text: 'text', bytes: 'bytes', empty: 'no data', tensors: 'tensors' };
  return `${kinds[kind]} was sent`;
}
