import type { DataId, Tensor, TensorInfo, Variable } from '@tensorflow/tfjs-core';
import { attributeOf, constantOf } from './attribute.ts';
import type { Attribute, Constant, Graph, Node, Port } from './graph.ts';
import { heldOf, idOf, type NativeBackend, type OperationAttribute, type Output, type TensorData } from './native-backend.ts';
import { prune } from './prune.ts';
import { simplify, type Draft } from './simplify.ts';

/** A tensor that a function uses and did not get. Its data is kept from being freed. */
export type Captured = { readonly tensor: Tensor | TensorInfo; readonly dataId: DataId; readonly id: number };

/** Puts a graph together while operations run. Tensors are the add-on's numbers. */
export type GraphBuilder = {
  readonly variables: readonly Variable[];
  readonly captured: readonly Captured[];
  /** A tensor comes in from outside, by a name that tells its kind. */
  input(kind: InputKind, tensor: Tensor): void;
  /** JavaScript made a tensor of values: a constant, should the graph use it. */
  made(id: number, type: number, shape: readonly number[], data: TensorData): void;
  /** A tensor is about to be used: here it is, should the graph have to bring it in. */
  seen(id: number, tensor: Tensor | TensorInfo): void;
  operation(name: string, attributes: readonly OperationAttribute[], from: readonly number[], outputs: readonly Output[]): void;
  /** What was computed otherwise is, in the graph, what `write` adds to it: it gets the names of the inputs, and gives those of the outputs. */
  instead(from: readonly Tensor[], outputs: readonly Tensor[], write: (draft: Draft, names: readonly string[]) => readonly string[]): void;
  finish(outputs: readonly Tensor[], updated: readonly Variable[]): Graph;
};

const inputKinds = ['input', 'variable', 'captured', 'seed'] as const; // in this order they are the graph's inputs
type InputKind = (typeof inputKinds)[number];

const smallConstant = 4096; // elements: larger ones are fed, not copied into the graph

/** @param variableOf the variables by their tensors' ids, as they are at the beginning. @param frozen makes constants of them */
export function createGraphBuilder(backend: NativeBackend, variableOf: ReadonlyMap<number, Variable>, frozen: boolean): GraphBuilder {
  const { binding } = backend;
  const nodes = new Map<string, Node>();
  const shapes = new Map<string, readonly number[]>();
  const inputs: { readonly kind: InputKind; readonly port: Port }[] = [];
  const names = new Map<number, string>(); // of what the graph has, by the id of the tensor
  const constants = new Map<number, Constant>();
  const tensorOf = new Map<number, Tensor | TensorInfo>();
  const variables: Variable[] = [];
  const captured: Captured[] = [];

  function add(name: string, operation: string, from: readonly string[], attributes: Node['attributes'], shape: readonly number[]): string {
    nodes.set(name, { name, operation, inputs: from, attributes });
    shapes.set(name, shape);
    return name;
  }
  const draft: Draft = {
    add: (operation, from, attributes, shape) => add(`${operation}_${nodes.size}`, operation, from, attributes, shape),
    node: (name) => nodes.get(name),
    shape: (name) => shapes.get(name) ?? [],
    find: (operation, input) => [...nodes.values()].find((node) => node.operation === operation && node.inputs[0] === input)?.name,
  };
  const placeholder = (kind: InputKind, type: number, shape: readonly number[]): string => {
    const name = `${kind}${inputs.filter((each) => each.kind === kind).length}`;
    inputs.push({ kind, port: { name, type, shape } });
    return add(name, 'Placeholder', [], { dtype: { type }, shape: { shape } }, shape);
  };
  const constant = (value: Constant): string =>
    draft.add('Const', [], { dtype: { type: value.type }, value: { tensor: value } }, value.shape);

  /** The name that a tensor has in the graph; where it has none, it comes in from outside. */
  function nameOf(id: number): string {
    let name = names.get(id);
    if (name === undefined) names.set(id, (name = bringIn(id)));
    return name;
  }

  function bringIn(id: number): string {
    const value = constants.get(id);
    if (value) return constant(value);
    const variable = variableOf.get(id);
    const tensor = variable ?? tensorOf.get(id);
    if (tensor === undefined) throw new Error(`tensor ${id} came from nowhere`);
    const { dtype, shape } = heldOf(backend, tensor);
    if (variable && !frozen) {
      variables.push(variable);
      return placeholder('variable', dtype, shape);
    }
    if (frozen || shape.reduce((product, size) => product * size, 1) <= smallConstant) {
      return constant(constantOf(binding, dtype, shape, binding.tensorDataSync(id)));
    }
    backend.incRef(tensor.dataId);
    captured.push({ tensor, dataId: tensor.dataId, id });
    return placeholder('captured', dtype, shape);
  }

  const nameOfTensor = (tensor: Tensor): string => {
    const id = idOf(backend, tensor);
    tensorOf.set(id, tensor);
    return nameOf(id);
  };

  return {
    variables,
    captured,
    input(kind, tensor) {
      const { dtype, shape } = heldOf(backend, tensor);
      names.set(idOf(backend, tensor), placeholder(kind, dtype, shape));
    },
    made: (id, type, shape, data) => void constants.set(id, constantOf(binding, type, shape, data)),
    seen: (id, tensor) => void tensorOf.set(id, tensor),
    operation(operation, given, from, outputs) {
      const [first] = outputs;
      if (first === undefined) throw new Error('it answers nothing, so it is done for an effect');
      const attributes: Record<string, Attribute> = Object.fromEntries(given.map((each) => [each.name, attributeOf(binding, each)]));
      if (operation === 'ExpandDims') attributes['T'] ??= { type: first.dtype }; // tfjs-node leaves it to be inferred; a graph wants it
      const own = { operation, inputs: from.map(nameOf), attributes, shape: first.shape };
      const node = simplify(own, draft) ?? draft.add(operation, own.inputs, attributes, first.shape);
      for (const [index, { id, shape }] of outputs.entries()) {
        const name = index === 0 ? node : `${node}:${index}`;
        names.set(id, name);
        shapes.set(name, shape);
      }
    },
    instead(from, outputs, write) {
      for (const [index, name] of write(draft, from.map(nameOfTensor)).entries()) names.set(idOf(backend, outputs[index] as Tensor), name);
    },
    finish(outputs, updated) {
      const out = (name: string, tensor: Tensor): Port => {
        const { dtype: type, shape } = heldOf(backend, tensor);
        return { name: add(name, 'Identity', [nameOf(idOf(backend, tensor))], { T: { type } }, shape), type, shape };
      };
      const ports = [
        ...outputs.map((tensor, index) => out(`output${index}`, tensor)),
        ...updated.map((variable, index) => out(`updated${index}`, variable)),
      ];
      const ordered = inputKinds.flatMap((kind) => inputs.filter((each) => each.kind === kind)).map(({ port }) => port);
      return { nodes: prune([...nodes.values()], [...ordered, ...ports]), inputs: ordered, outputs: ports };
    },
  };
}
