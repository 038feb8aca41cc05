import type { TensorSpec } from '@switchyard/protocol';
import { TensorFlowError } from '../tensorflow-error.ts';
import { datatypeOf } from './datatype.ts';
import { allOf, fieldsOf, lastOf, stringOf, textOf } from '../wire.ts';

/** A tensor of a signature, and the output of an operation that it is in the graph: `serving_default_x:0`. */
export type SavedPort = { readonly spec: TensorSpec; readonly tensor: string };

export type SavedSignature = { readonly inputs: readonly SavedPort[]; readonly outputs: readonly SavedPort[] };

/** What a `saved_model.pb` says of its graph for serving. */
export type SavedModel = {
  readonly signatures: ReadonlyMap<string, SavedSignature>;
  /** The operations that it is made of, without functions of its own. */
  readonly operations: ReadonlySet<string>;
  /** Of the graph and of its functions, names with their operation. */
  readonly nodes: ReadonlyMap<string, string>;
  /** The version of TensorFlow that wrote it, for people. */
  readonly producer: string;
};

const what = 'saved_model.pb';
const initialisation = '__saved_model_init_op'; // a signature of TensorFlow's own

/**
 * Reads what a `saved_model.pb` takes, gives and is made of.
 * Source: saved_model.proto, meta_graph.proto, graph.proto, function.proto, node_def.proto, tensor_shape.proto of TensorFlow.
 *
 * @throws TensorFlowError where it is damaged, or has no graph for serving
 */
export function parseSavedModel(bytes: Uint8Array): SavedModel {
  const graphs = allOf(fieldsOf(bytes, what), 2).map((metaGraph) => fieldsOf(metaGraph, what));
  const tagged = graphs.map((fields) => ({ fields, info: fieldsOf(lastOf(fields, 1)?.bytes ?? new Uint8Array(), what) }));
  const serving = tagged.filter(({ info }) => allOf(info, 4).map(textOf).join() === 'serve');
  const [graph] = serving;
  if (graph === undefined) {
    const tags = tagged.map(({ info }) => `[${allOf(info, 4).map(textOf).join(', ')}]`).join(', ');
    throw new TensorFlowError(
      `${what} has no graph that is tagged "serve"; its graphs are tagged ${tags || 'nothing, for there are none'}`,
    );
  }
  const signatures = allOf(graph.fields, 5)
    .map((entry) => fieldsOf(entry, what))
    .map((entry) => [stringOf(entry, 1), fieldsOf(lastOf(entry, 2)?.bytes ?? new Uint8Array(), what)] as const)
    .filter(([name]) => name !== initialisation)
    .map(([name, fields]) => [name, { inputs: portsOf(name, allOf(fields, 1)), outputs: portsOf(name, allOf(fields, 2)) }] as const);
  return {
    signatures: new Map(signatures.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    ...contentsOf(lastOf(graph.fields, 2)?.bytes ?? new Uint8Array()),
    producer: stringOf(graph.info, 5),
  };
}

function portsOf(signature: string, entries: readonly Uint8Array[]): SavedPort[] {
  const ports = entries.map((bytes) => {
    const entry = fieldsOf(bytes, what);
    const name = stringOf(entry, 1);
    const info = fieldsOf(lastOf(entry, 2)?.bytes ?? new Uint8Array(), what);
    const tensor = stringOf(info, 1);
    const where = `signature "${signature}": tensor "${name}"`;
    if (tensor === '') throw new TensorFlowError(`${where} is not dense; sparse and composite tensors are not served`);
    if (!/^[\w./-]+:\d{1,4}$/.test(tensor)) throw new TensorFlowError(`${where}: "${tensor}" names no output of an operation`);
    const type = Number(lastOf(info, 2)?.value ?? 0n);
    const datatype = datatypeOf(type);
    if (datatype === undefined) throw new TensorFlowError(`${where} has TensorFlow's datatype ${type}, which is not served`);
    return { spec: { name, datatype, shape: shapeOf(where, lastOf(info, 3)?.bytes) }, tensor };
  });
  return ports.toSorted((a, b) => (a.spec.name < b.spec.name ? -1 : 1)); // a map has no order: the same model, the same signature
}

function shapeOf(where: string, bytes: Uint8Array | undefined): number[] {
  const fields = fieldsOf(bytes ?? new Uint8Array(), what);
  if (bytes === undefined || lastOf(fields, 3)?.value)
    throw new TensorFlowError(`${where} has no shape; give it one when it is saved, such as [None, 3]`);
  return allOf(fields, 2).map((dimension) => {
    const size = Number(lastOf(fieldsOf(dimension, what), 1)?.value ?? 0n);
    if (size < -1 || size > 2 ** 31) throw new TensorFlowError(`${where}: ${size} is not the size of a dimension`);
    return size;
  });
}

function contentsOf(graph: Uint8Array): Pick<SavedModel, 'operations' | 'nodes'> {
  const fields = fieldsOf(graph, what);
  const functions = allOf(fields, 2).flatMap((library) => allOf(fieldsOf(library, what), 1).map((each) => fieldsOf(each, what)));
  const own = new Set(functions.map((each) => stringOf(fieldsOf(lastOf(each, 1)?.bytes ?? new Uint8Array(), what), 1)));
  const nodes = [...allOf(fields, 1), ...functions.flatMap((each) => allOf(each, 3))].map((node) => fieldsOf(node, what));
  const operations = new Set(nodes.map((node) => stringOf(node, 2)).filter((operation) => !own.has(operation)));
  const outer = allOf(fields, 1).map((node) => fieldsOf(node, what));
  return { operations, nodes: new Map(outer.map((node) => [stringOf(node, 1), stringOf(node, 2)])) };
}
