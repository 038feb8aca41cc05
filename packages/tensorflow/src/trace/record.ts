import type { DataId, Optimizer, Tensor, TensorInfo, Variable } from '@tensorflow/tfjs-core';
import { library } from '../library.ts';
import type { Attribute, Constant, Graph, Node, Port } from './graph.ts';
import { heldOf, idOf, type Binding, type NativeBackend, type OperationAttribute, type TensorData } from './native-backend.ts';
import { withRandomOps } from './random-ops.ts';

/** What a function did with tensors, as a graph, and what goes into the graph and out of it beside the function's own. */
export type Recording = {
  readonly graph: Graph;
  /** Inputs of the graph, in its order: the function's own, then these. */
  readonly variables: readonly Variable[];
  readonly captured: readonly Captured[];
  readonly random: boolean;
  /** Outputs of the graph, in its order: the function's own, then the new values of these. */
  readonly updated: readonly Variable[];
  /** Optimizers, by the steps they counted. */
  readonly counted: readonly Optimizer[];
};

/** A tensor that the function uses and did not get. Its data is kept from being freed. */
export type Captured = { readonly tensor: Tensor | TensorInfo; readonly dataId: DataId; readonly id: number };

/** What came of running a function once. */
export type Recorded = { readonly outputs: readonly Tensor[] } & (
  | {
      readonly recording: Recording;
      /** Of what it drew, if it did. */
      readonly seed: readonly number[];
      /** Gives variables the values back that they had before. */
      readonly undo: () => void;
    }
  /** It made variables, so at its next call it does something else. */
  | { readonly created: true }
  /** It does what a graph cannot do. */
  | { readonly fault: string }
);

const smallConstant = 4096; // elements: larger ones are fed, not copied into the graph
let recording = false;

/** Whether a function is being recorded: traced functions that it calls are a part of it. */
export const isRecording = (): boolean => recording;

/**
 * Runs a function over tensors, and records the operations that it calls, at the door of the add-on: so gradients, optimizers and layers
 * are recorded like any other arithmetic.
 *
 * @param frozen makes constants of variables, as they are now
 */
export function record(backend: NativeBackend, run: (inputs: Tensor[]) => Tensor[], given: readonly Tensor[], frozen: boolean): Recorded {
  const recorder = createRecorder(backend, frozen);
  recording = true;
  try {
    return recorder.run(run, given);
  } finally {
    recording = false;
  }
}

function createRecorder(backend: NativeBackend, frozen: boolean) {
  const { binding } = backend;
  const nodes: Node[] = [];
  const inputs: Port[] = [];
  const names = new Map<number, string>(); // of what the graph has, by the id of the tensor
  const constants = new Map<number, Constant>();
  const variableOf = new Map<number, Variable>();
  const tensorOf = new Map<number, Tensor | TensorInfo>();
  const written = new Set<DataId>(); // by JavaScript, since the recording began
  const variables: Variable[] = [];
  const captured: Captured[] = [];
  const counted: Optimizer[] = [];
  const freed: number[] = [];
  let fault: string | undefined;
  let seedTensor: Tensor | undefined;
  let draws = 0;

  const add = (name: string, operation: string, from: readonly string[], attributes: Record<string, Attribute>): string => {
    nodes.push({ name, operation, inputs: from, attributes });
    return name;
  };
  const placeholder = (name: string, type: number, shape: readonly number[]): string => {
    inputs.push({ name, type, shape });
    return add(name, 'Placeholder', [], { dtype: { type }, shape: { shape } });
  };
  const constant = (value: Constant): string =>
    add(`const${nodes.length}`, 'Const', [], { dtype: { type: value.type }, value: { tensor: value } });

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
      return placeholder(`variable${variables.length - 1}`, dtype, shape);
    }
    if (frozen || shape.reduce((product, size) => product * size, 1) <= smallConstant) {
      return constant(constantOf(binding, dtype, shape, binding.tensorDataSync(id)));
    }
    backend.incRef(tensor.dataId);
    captured.push({ tensor, dataId: tensor.dataId, id });
    return placeholder(`captured${captured.length - 1}`, dtype, shape);
  }

  const recordingBinding: Binding = Object.create(binding, {
    createTensor: {
      value: (shape: readonly number[], type: number, data: TensorData) => {
        const id = binding.createTensor(shape, type, data);
        constants.set(id, constantOf(binding, type, shape, data));
        return id;
      },
    },
    executeOp: {
      value: (name: string, attributes: readonly OperationAttribute[], from: readonly number[], count: number) => {
        const outputs = binding.executeOp(name, attributes, from, count);
        try {
          const ours = Object.fromEntries(attributes.map((each) => [each.name, attributeOf(binding, each)]));
          const node = add(`${name}_${nodes.length}`, name, from.map(nameOf), ours);
          for (const [index, { id }] of outputs.entries()) names.set(id, index === 0 ? node : `${node}:${index}`);
        } catch (error) {
          fault ??= `${name}: ${(error as Error).message}`;
          for (const { id } of outputs) names.set(id, '');
        }
        return outputs;
      },
    },
    deleteTensor: { value: (id: number) => void freed.push(id) }, // later: a constant may still be asked for
  }) as Binding;

  /** Our own in place of the backend's methods, until they are given back. */
  function intercept(): () => void {
    const { getInputTensorIds, write, readSync } = backend;
    backend.binding = recordingBinding;
    backend.getInputTensorIds = (tensors) => {
      for (const tensor of tensors) {
        const held = tensor.dataId && backend.tensorMap.get(tensor.dataId); // an int64 has none
        if (!held || held.values === null || written.has(tensor.dataId)) continue;
        held.id = binding.createTensor(held.shape, held.dtype, held.values); // made before the recording: not its constant
        held.values = null;
      }
      const ids = getInputTensorIds.call(backend, tensors);
      for (const [index, id] of ids.entries()) tensorOf.set(id, tensors[index] as Tensor);
      return ids;
    };
    backend.write = (values, shape, dtype) => {
      const dataId = write.call(backend, values, shape, dtype);
      written.add(dataId);
      return dataId;
    };
    backend.readSync = (dataId) => {
      if (!written.has(dataId)) fault ??= 'it reads the values of a tensor in JavaScript';
      return readSync.call(backend, dataId);
    };
    const random = Math.random;
    Math.random = () => {
      fault ??= 'it draws random numbers in JavaScript';
      return random();
    };
    const prototype = library.Optimizer.prototype as unknown as { incrementIterations(this: Optimizer): void };
    const { incrementIterations } = prototype;
    prototype.incrementIterations = function () {
      counted.push(this);
      incrementIterations.call(this);
    };
    const own = backend as unknown as Record<string, unknown>;
    return () => {
      backend.binding = binding;
      for (const name of ['getInputTensorIds', 'write', 'readSync']) delete own[name];
      Math.random = random;
      prototype.incrementIterations = incrementIterations;
    };
  }

  /** Another seed for each random operation, of the one that a call of the graph gets. */
  function nextSeed(): Tensor {
    if (seedTensor === undefined) throw new Error('no seed');
    return library.add(seedTensor, library.tensor1d([draws++, 0], 'int32'));
  }

  function finish(outputs: readonly Tensor[], before: ReadonlyMap<Variable, number>): Recording {
    const ports: Port[] = [];
    const out = (name: string, tensor: Tensor): void => {
      const { dtype: type, shape } = heldOf(backend, tensor);
      ports.push({ name: add(name, 'Identity', [nameOf(idOf(backend, tensor))], { T: { type } }), type, shape });
    };
    for (const [index, tensor] of outputs.entries()) out(`output${index}`, tensor);
    const updated = [...before].filter(([variable, id]) => idOf(backend, variable) !== id).map(([variable]) => variable);
    for (const [index, variable] of updated.entries()) out(`updated${index}`, variable);
    const order = (name: string): number => ['input', 'variable', 'captured', 'seed'].findIndex((kind) => name.startsWith(kind));
    const graph = { nodes, inputs: inputs.toSorted((a, b) => order(a.name) - order(b.name)), outputs: ports };
    return { graph, variables, captured, random: draws > 0, updated, counted };
  }

  function run(body: (inputs: Tensor[]) => Tensor[], given: readonly Tensor[]): Recorded {
    const registered = Object.values(library.engine().registeredVariables);
    const before = new Map(registered.map((variable) => [variable, idOf(backend, variable)]));
    for (const [variable, id] of before) variableOf.set(id, variable);
    const owned = distinct(backend, given, new Set(before.values()));
    for (const [index, tensor] of owned.tensors.entries()) {
      const { dtype, shape } = heldOf(backend, tensor);
      names.set(idOf(backend, tensor), placeholder(`input${index}`, dtype, shape));
    }
    const seed = drawSeed();
    seedTensor = library.tensor1d(seed, 'int32');
    const held = registered.map((variable) => library.keep(library.clone(variable))); // shares its data
    names.set(idOf(backend, seedTensor), 'seed');
    const release = intercept();
    let recorded: Recording | undefined;
    let outputs: Tensor[] = [];
    try {
      outputs = library.tidy(() => withRandomOps(backend, nextSeed, () => body(owned.tensors).map((tensor) => library.clone(tensor))));
      try {
        recorded = finish(outputs, before);
        if (draws > 0) recorded = { ...recorded, graph: withSeed(recorded.graph, binding) };
      } catch (error) {
        fault ??= (error as Error).message;
      }
    } catch (error) {
      for (const { dataId } of captured) backend.disposeData(dataId);
      library.dispose(held);
      throw error;
    } finally {
      release();
      for (const id of freed) binding.deleteTensor(id);
      seedTensor.dispose();
      library.dispose(owned.copies);
    }
    const created = Object.values(library.engine().registeredVariables).some((variable) => !before.has(variable));
    if (recorded && !created && fault === undefined) {
      const undo = (): void => {
        for (const variable of recorded.updated) variable.assign(held[registered.indexOf(variable)] as Tensor);
        library.dispose(held);
      };
      return { outputs, recording: recorded, seed, undo };
    }
    library.dispose(held);
    for (const { dataId } of captured) backend.disposeData(dataId);
    return created ? { outputs, created } : { outputs, fault: fault ?? 'unknown' };
  }

  return { run };
}

/** Two numbers of 31 bits, by which a call of a graph draws all of its random ones. */
export const drawSeed = (): [number, number] => [Math.floor(Math.random() * 2 ** 31), Math.floor(Math.random() * 2 ** 31)];

function withSeed(graph: Graph, { TF_INT32 }: Binding): Graph {
  const seed: Port = { name: 'seed', type: TF_INT32 as number, shape: [2] };
  const node: Node = {
    name: 'seed',
    operation: 'Placeholder',
    inputs: [],
    attributes: { dtype: { type: seed.type }, shape: { shape: seed.shape } },
  };
  return { ...graph, nodes: [node, ...graph.nodes], inputs: [...graph.inputs, seed] };
}

/** The inputs, each with data of its own: neither another's, nor a variable's, which are told apart in the graph. */
function distinct(backend: NativeBackend, given: readonly Tensor[], taken: Set<number>): { tensors: Tensor[]; copies: Tensor[] } {
  const copies: Tensor[] = [];
  const tensors = given.map((tensor) => {
    const id = idOf(backend, tensor);
    if (!taken.has(id)) {
      taken.add(id);
      return tensor;
    }
    const type = { name: 'T', type: backend.binding.TF_ATTR_TYPE as number, value: heldOf(backend, tensor).dtype };
    const copy = backend.executeSingleOutput('Identity', [type], [tensor]);
    copies.push(copy);
    return copy;
  });
  return { tensors, copies };
}

function constantOf(binding: Binding, type: number, shape: readonly number[], data: TensorData | readonly Uint8Array[]): Constant {
  if (type === binding.TF_STRING) return { type, shape: [...shape], data: [...(data as readonly Uint8Array[])] };
  if (ArrayBuffer.isView(data)) {
    return { type, shape: [...shape], data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice() };
  }
  const numbers = data as readonly number[];
  const typed =
    type === binding.TF_BOOL ? Uint8Array.from(numbers) : type === binding.TF_INT32 ? Int32Array.from(numbers) : Float32Array.from(numbers);
  return { type, shape: [...shape], data: new Uint8Array(typed.buffer) };
}

function attributeOf(binding: Binding, { name, type, value }: OperationAttribute): Attribute {
  const many = Array.isArray(value);
  if (type === binding.TF_ATTR_INT) return { integer: value as number | number[] };
  if (type === binding.TF_ATTR_FLOAT) return { float: value as number | number[] };
  if (type === binding.TF_ATTR_SHAPE) return { shape: value as number[] };
  if (type === binding.TF_ATTR_BOOL && !many) return { boolean: Boolean(value) };
  if (type === binding.TF_ATTR_TYPE && !many) return { type: value as number };
  if (type === binding.TF_ATTR_STRING && !many) return { string: String(value) };
  throw new Error(`attribute ${name} is of a kind that is not recorded`);
}
