import { ForestError } from '../error.ts';
import { readFields, readNumbers, readText, readWholes } from './protobuf.ts';

/** What an ONNX file holds, as far as it matters to trees. Names of fields are those of onnx.proto. */
export type OnnxModel = {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxInput[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
};
export type OnnxNode = {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
};
export type OnnxAttribute = { wholes: number[]; numbers: number[]; texts: string[]; tensor?: OnnxTensor };
export type OnnxTensor = { readonly type: number; readonly numbers: readonly number[] };
export type OnnxInput = { readonly name: string; readonly type: number; readonly columns: number | undefined };

/** Types of elements, of TensorProto.DataType. */
export const floatType = 1;
export const int64Type = 7;
export const doubleType = 11;

/** @throws ForestError where the bytes are no ONNX model. */
export function readOnnx(bytes: Uint8Array): OnnxModel {
  let graph: Uint8Array | undefined;
  for (const field of readFields(bytes)) if (field.number === 7) graph = field.bytes;
  if (!graph) throw new ForestError('no ONNX file: it has no graph');
  const nodes: OnnxNode[] = [];
  const inputs: OnnxInput[] = [];
  const initializers = new Map<string, OnnxTensor>();
  for (const { number, bytes: content } of readFields(graph)) {
    if (number === 1) nodes.push(readNode(content));
    if (number === 11) inputs.push(readInput(content));
    if (number === 5) {
      const { name, ...tensor } = readTensor(content);
      initializers.set(name, tensor);
    }
  }
  return { nodes, inputs: inputs.filter(({ name }) => !initializers.has(name)), initializers };
}

function readNode(bytes: Uint8Array): OnnxNode {
  const node = { op: '', inputs: [] as string[], outputs: [] as string[], attributes: new Map<string, OnnxAttribute>() };
  for (const { number, bytes: content } of readFields(bytes)) {
    if (number === 1) node.inputs.push(readText(content));
    if (number === 2) node.outputs.push(readText(content));
    if (number === 4) node.op = readText(content);
    if (number === 5) {
      const { name, ...attribute } = readAttribute(content);
      node.attributes.set(name, attribute);
    }
  }
  return node;
}

function readAttribute(bytes: Uint8Array): OnnxAttribute & { name: string } {
  const attribute: OnnxAttribute & { name: string } = { name: '', wholes: [], numbers: [], texts: [] };
  for (const field of readFields(bytes)) {
    if (field.number === 1) attribute.name = readText(field.bytes);
    if (field.number === 2 || field.number === 7) readNumbers(field, 4, attribute.numbers);
    if (field.number === 3 || field.number === 8) readWholes(field, attribute.wholes);
    if (field.number === 4 || field.number === 9) attribute.texts.push(readText(field.bytes));
    if (field.number === 5) attribute.tensor = readTensor(field.bytes);
  }
  return attribute;
}

function readTensor(bytes: Uint8Array): OnnxTensor & { name: string } {
  const numbers: number[] = [];
  let name = '';
  let type = 0;
  let raw: Uint8Array | undefined;
  for (const field of readFields(bytes)) {
    if (field.number === 2) type = field.value;
    if (field.number === 4) readNumbers(field, 4, numbers);
    if (field.number === 5 || field.number === 7) readWholes(field, numbers);
    if (field.number === 8) name = readText(field.bytes);
    if (field.number === 9) raw = field.bytes;
    if (field.number === 10) readNumbers(field, 8, numbers);
  }
  if (raw && (type === floatType || type === doubleType))
    readNumbers({ number: 9, wire: 2, value: 0, bytes: raw }, type === floatType ? 4 : 8, numbers);
  return { name, type, numbers };
}

/** ValueInfoProto → TypeProto → Tensor: the type of the elements, and the last dimension where it is fixed. */
function readInput(bytes: Uint8Array): OnnxInput {
  let name = '';
  let type = 0;
  let columns: number | undefined;
  for (const field of readFields(bytes)) {
    if (field.number === 1) name = readText(field.bytes);
    const tensors = field.number === 2 ? sub(field.bytes, 1) : [];
    for (const part of tensors.flatMap((tensor) => [...readFields(tensor)])) {
      if (part.number === 1) type = part.value;
      if (part.number !== 2) continue;
      const last = sub(part.bytes, 1).at(-1) ?? new Uint8Array(0);
      columns = [...readFields(last)].find((dimension) => dimension.number === 1)?.value;
    }
  }
  return { name, type, columns };
}

const sub = (bytes: Uint8Array, number: number): Uint8Array[] =>
  [...readFields(bytes)].filter((field) => field.number === number && field.wire === 2).map((field) => field.bytes);
