import type { Optimizer, Tensor, Variable } from '@tensorflow/tfjs-core';
import { library } from '../library.ts';
import { createGraphBuilder, type Captured, type GraphBuilder } from './graph-builder.ts';
import type { Graph } from './graph.ts';
import { intercept, type Interception } from './intercept.ts';
import { heldOf, idOf, type NativeBackend } from './native-backend.ts';
import { withRandomOps } from './random-ops.ts';
import type { Draft } from './simplify.ts';

/** What a function did with tensors, as a graph, and what goes into the graph and out of it beside the function's own. */
export type Recording = {
  readonly graph: Graph;
  /** Inputs of the graph, in its order: the function's own, then these, then the seed of all that is random. */
  readonly variables: readonly Variable[];
  readonly captured: readonly Captured[];
  readonly random: boolean;
  /** Outputs of the graph, in its order: the function's own, then the new values of these. */
  readonly updated: readonly Variable[];
  /** Optimizers, by the steps they counted. */
  readonly counted: readonly Optimizer[];
};

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

let current: { readonly builder: GraphBuilder; readonly interception: Interception } | undefined;

/** Whether a function is being recorded: traced functions that it calls are a part of it. */
export const isRecording = (): boolean => current !== undefined;

/**
 * Runs `body`, for what TensorFlow can do in a graph only: in a recording, the graph gets what `write` adds to it in place of what `body`
 * does. `write` gets the names of `inputs` and gives those of what `body` answers.
 */
export function instead<T extends readonly Tensor[]>(
  inputs: readonly Tensor[],
  body: () => T,
  write: (draft: Draft, names: readonly string[]) => readonly string[],
): T {
  if (current === undefined) return body();
  const { builder, interception } = current;
  const outputs = interception.pause(body);
  builder.instead(inputs, outputs, write);
  return outputs;
}

/** Two numbers of 31 bits, by which a call of a graph draws all of its random ones. */
export const drawSeed = (): [number, number] => [Math.floor(Math.random() * 2 ** 31), Math.floor(Math.random() * 2 ** 31)];

/**
 * Runs a function over tensors, and records the operations that it calls.
 *
 * @param frozen makes constants of variables, as they are now
 */
export function record(backend: NativeBackend, run: (inputs: Tensor[]) => Tensor[], given: readonly Tensor[], frozen: boolean): Recorded {
  const registered = Object.values(library.engine().registeredVariables);
  const before = new Map(registered.map((variable) => [variable, idOf(backend, variable)]));
  const builder = createGraphBuilder(backend, new Map([...before].map(([variable, id]) => [id, variable])), frozen);
  const inputs = distinct(backend, given, new Set(before.values()));
  for (const tensor of inputs.tensors) builder.input('input', tensor);
  const seed = drawSeed();
  const seedTensor = library.tensor1d(seed, 'int32');
  let draws = 0;
  /** Another seed for each random operation, of the one that a call of the graph gets. */
  const nextSeed = (): Tensor => {
    if (draws === 0) builder.input('seed', seedTensor);
    return library.add(seedTensor, library.tensor1d([draws++, 0], 'int32'));
  };

  const held = registered.map((variable) => library.keep(library.clone(variable))); // shares its data
  const forget = (): void => {
    library.dispose(held);
    for (const { dataId } of builder.captured) backend.disposeData(dataId);
  };
  const interception = intercept(backend, builder);
  current = { builder, interception };
  let outputs: Tensor[];
  let graph: Graph | undefined;
  let fault: string | undefined;
  let updated: Variable[] = [];
  try {
    outputs = library.tidy(() => withRandomOps(backend, nextSeed, () => run(inputs.tensors).map((tensor) => library.clone(tensor))));
    updated = registered.filter((variable) => idOf(backend, variable) !== before.get(variable));
    ({ graph, fault } = attempt(() => builder.finish(outputs, updated)));
  } catch (error) {
    forget();
    throw error;
  } finally {
    current = undefined;
    interception.release();
    seedTensor.dispose();
    library.dispose(inputs.copies);
  }
  fault = interception.fault() ?? fault;
  const created = Object.values(library.engine().registeredVariables).some((variable) => !before.has(variable));
  if (graph === undefined || fault !== undefined || created) {
    forget();
    return created ? { outputs, created } : { outputs, fault: fault ?? 'it has no graph' };
  }
  const undo = (): void => {
    for (const variable of updated) variable.assign(held[registered.indexOf(variable)] as Tensor);
    library.dispose(held);
  };
  const { variables, captured } = builder;
  return { outputs, recording: { graph, variables, captured, random: draws > 0, updated, counted: interception.counted }, seed, undo };
}

function attempt(make: () => Graph): { graph?: Graph; fault?: string } {
  try {
    return { graph: make() };
  } catch (error) {
    return { fault: (error as Error).message };
  }
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
