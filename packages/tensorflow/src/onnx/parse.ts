import type { TensorSpec } from '@switchyard/protocol';
import { allOf, eachField, fieldsOf, lastOf, stringOf, type Field } from '../wire.ts';
import { TensorFlowError } from '../tensorflow-error.ts';
import { elementOf, largestHalf, type Element } from './element.ts';
import { refuseExternalData } from './external-data.ts';
import { rowsOf } from './rows.ts';

/** A tensor that a model takes or gives, and the type of its elements inside. */
export type OnnxPort = { readonly spec: TensorSpec; readonly element: Element };

/** What an ONNX model says of itself. */
export type OnnxModel = {
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  /** How many rows it takes at once: any number, or one, so that several go in one after the other. */
  readonly rows: 'any' | 'one';
  /** `ai.onnx 17, ai.onnx.ml 3` */
  readonly operators: string;
};

export const what = 'model.onnx';
/** Bytes that an ONNX model may have, as a message of protocol buffers. */
export const largestOnnx = 2 ** 31 - 1;
const mostDimensions = 32;

/**
 * Reads what a model takes, gives and is made of; of dimensions that are named or unknown, the size is −1. Weights are passed over.
 * Source: onnx.proto.
 *
 * @throws TensorFlowError where it is damaged or larger than 2 GiB, has its weights in other files, or tensors that are not served
 */
export function parseOnnx(bytes: Uint8Array): OnnxModel {
  if (bytes.length > largestOnnx) throw new TensorFlowError(`${what} has ${bytes.length} bytes; an ONNX model has at most ${largestOnnx}`);
  const model = fieldsOf(bytes, what);
  const graph = lastOf(model, 7)?.bytes;
  if (graph === undefined || !lastOf(model, 1)) throw new TensorFlowError(`${what} is no ONNX model: it has no graph, or no version`);
  refuseExternalData(bytes);
  const initialized = new Set<string>();
  const [inputs, outputs]: [Uint8Array[], Uint8Array[]] = [[], []];
  for (const { number, bytes: content } of eachField(graph, what)) {
    if (number === 5) initialized.add(textIn(content, 8));
    if (number === 11) inputs.push(content);
    if (number === 12) outputs.push(content);
  }
  const given = inputs.filter((each) => !initialized.has(textIn(each, 1))); // what has a value already may stay as it is
  const [ins, outs] = [portsOf('input', given), portsOf('output', outputs)];
  const rows = rowsOf(specsOf(ins), specsOf(outs));
  return { inputs: ins.map(anyRows), outputs: outs.map(anyRows), rows, operators: operatorsOf(allOf(model, 8)) };
}

export const specsOf = (ports: readonly OnnxPort[]): TensorSpec[] => ports.map(({ spec }) => spec);

const anyRows = ({ spec, element }: OnnxPort): OnnxPort => ({ spec: { ...spec, shape: [-1, ...spec.shape.slice(1)] }, element });

/** The last string of that number, without an array of fields: there may be many. */
function textIn(message: Uint8Array, number: number): string {
  let found: Field | undefined;
  for (const field of eachField(message, what)) if (field.number === number) found = field;
  return found === undefined ? '' : new TextDecoder().decode(found.bytes);
}

function portsOf(side: 'input' | 'output', values: readonly Uint8Array[]): OnnxPort[] {
  const names = new Set<string>();
  return values.map((bytes) => {
    const value = fieldsOf(bytes, what);
    const name = stringOf(value, 1);
    if (name === '') throw new TensorFlowError(`${what}: an ${side} has no name`);
    if (names.has(name)) throw new TensorFlowError(`${what}: ${side} "${name}" is there twice`);
    names.add(name);
    return portOf(`${what}: ${side} "${name}"`, side, name, fieldsOf(lastOf(value, 2)?.bytes ?? new Uint8Array(), what));
  });
}

const kinds: Readonly<Record<number, string>> = {
  4: 'a sequence',
  5: 'a map',
  7: 'an opaque value',
  8: 'a sparse tensor',
  9: 'an optional value',
};
const advice =
  '. Classifiers of skl2onnx give tensors where they are converted with options={id(model): {"zipmap": False}}, and rf-trainer takes forests as they are';

function portOf(where: string, side: 'input' | 'output', name: string, type: readonly Field[]): OnnxPort {
  const tensor = lastOf(type, 1)?.bytes;
  if (tensor === undefined) {
    const kind = kinds[type.at(-1)?.number ?? 0];
    throw new TensorFlowError(`${where} is ${kind ?? 'of no type'}, and only tensors are served${side === 'output' ? advice : ''}`);
  }
  const fields = fieldsOf(tensor, what);
  const element = elementOf(Number(lastOf(fields, 1)?.value ?? 0n));
  if (typeof element === 'string')
    throw new TensorFlowError(`${where} has ONNX’ datatype ${element}, which onnxruntime-node does not take`);
  const { datatype, type: inside } = element;
  const range = inside === 'float16' && side === 'input' ? { range: { min: -largestHalf, max: largestHalf } } : {};
  return { spec: { name, datatype, shape: shapeOf(where, lastOf(fields, 2)?.bytes), ...range }, element };
}

function shapeOf(where: string, bytes: Uint8Array | undefined): number[] {
  if (bytes === undefined)
    throw new TensorFlowError(`${where} has no shape; onnx.shape_inference.infer_shapes may give it one, or whoever exports it`);
  const dimensions = allOf(fieldsOf(bytes, what), 1);
  if (dimensions.length > mostDimensions)
    throw new TensorFlowError(`${where} has ${dimensions.length} dimensions; at most ${mostDimensions} are served`);
  return dimensions.map((dimension) => {
    const size = Number(lastOf(fieldsOf(dimension, what), 1)?.value ?? -1n);
    if (size < -1 || size === 0 || size > 2 ** 31) throw new TensorFlowError(`${where}: ${size} is not the size of a dimension`);
    return size;
  });
}

function operatorsOf(sets: readonly Uint8Array[]): string {
  const known = sets.map((bytes) => fieldsOf(bytes, what));
  const names = known.map((set) => `${stringOf(set, 1) || 'ai.onnx'} ${lastOf(set, 2)?.value ?? 0n}`);
  return [...new Set(names)].join(', '); // some are there by both names of the first
}
