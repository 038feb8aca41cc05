import { bytes, float, floats, integer, integers, message, type Message } from './protobuf.ts';

/** The value of an attribute of an operation. Datatypes are TensorFlow's numbers. */
export type Attribute =
  | { readonly type: number }
  | { readonly shape: readonly number[] }
  | { readonly integer: number | readonly number[] }
  | { readonly float: number | readonly number[] }
  | { readonly boolean: boolean }
  | { readonly string: string }
  | { readonly tensor: Constant };

/** `data` is row-major; of strings (datatype 7) it is one array a string. */
export type Constant = { readonly type: number; readonly shape: readonly number[]; readonly data: Uint8Array | readonly Uint8Array[] };

/** An operation. Inputs are names of others: `name`, or `name:1` for their second output. */
export type Node = {
  readonly name: string;
  readonly operation: string;
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
};

/** A tensor that goes in or comes out. */
export type Port = { readonly name: string; readonly type: number; readonly shape: readonly number[] };

export type Graph = { readonly nodes: readonly Node[]; readonly inputs: readonly Port[]; readonly outputs: readonly Port[] };

const producer = 1087; // of TensorFlow 2.9: 2.9 and later take it

/**
 * A graph as TensorFlow's SavedModel, the bytes of `saved_model.pb`; it has no variables, so there is no other file.
 * Source: saved_model.proto, meta_graph.proto, graph.proto, node_def.proto, attr_value.proto, tensor.proto of TensorFlow.
 */
export function savedModelOf({ nodes, inputs, outputs }: Graph): Message {
  const graph = message(...nodes.map((node) => bytes(1, nodeOf(node))), bytes(4, integer(1, producer)));
  const port = ({ name, type, shape }: Port): Message => message(bytes(1, `${name}:0`), integer(2, type), bytes(3, shapeOf(shape)));
  const entry = (field: number) => (each: Port) => bytes(field, message(bytes(1, each.name), bytes(2, port(each))));
  const signature = message(...inputs.map(entry(1)), ...outputs.map(entry(2)), bytes(3, 'tensorflow/serving/predict'));
  const metaGraph = message(
    bytes(1, message(bytes(4, 'serve'), bytes(5, '2.9.1'))),
    bytes(2, graph),
    bytes(5, message(bytes(1, 'serving_default'), bytes(2, signature))),
  );
  return message(integer(1, 1), bytes(2, metaGraph));
}

function nodeOf({ name, operation, inputs, attributes }: Node): Message {
  const attribute = ([key, value]: [string, Attribute]) => bytes(5, message(bytes(1, key), bytes(2, attributeOf(value))));
  return message(
    bytes(1, name),
    bytes(2, operation),
    ...inputs.map((input) => bytes(3, input)),
    ...Object.entries(attributes).map(attribute),
  );
}

function attributeOf(value: Attribute): Message {
  if ('type' in value) return integer(6, value.type);
  if ('shape' in value) return bytes(7, shapeOf(value.shape));
  if ('integer' in value) return typeof value.integer === 'number' ? integer(3, value.integer) : bytes(1, integers(3, value.integer));
  if ('float' in value) return typeof value.float === 'number' ? float(4, value.float) : bytes(1, floats(4, value.float));
  if ('boolean' in value) return integer(5, value.boolean);
  if ('string' in value) return bytes(2, value.string);
  return bytes(8, tensorOf(value.tensor));
}

function tensorOf({ type, shape, data }: Constant): Message {
  const content = data instanceof Uint8Array ? [bytes(4, data)] : data.map((each) => bytes(8, each));
  return message(integer(1, type), bytes(2, shapeOf(shape)), ...content);
}

const shapeOf = (shape: readonly number[]): Message => message(...shape.map((size) => bytes(2, integer(1, size))));
