import type { DataId, Optimizer, Tensor } from '@tensorflow/tfjs-core';
import { library } from '../library.ts';
import { gatherOf } from './gather.ts';
import type { GraphBuilder } from './graph-builder.ts';
import type { Binding, NativeBackend } from './native-backend.ts';
import { replace } from './replace.ts';

export type Interception = {
  /** The first thing that a graph cannot do, in words. */
  fault(): string | undefined;
  /** Optimizers, by the steps they counted. */
  readonly counted: readonly Optimizer[];
  /** Runs `body` without telling the builder. */
  pause<T>(body: () => T): T;
  /** Gives the backend its own methods back, and frees the tensors that were freed meanwhile. */
  release(): void;
};

/**
 * Tells `builder` from now on all that the native backend does, at the door of the add-on: so gradients, optimizers and layers are
 * recorded like any other arithmetic.
 */
export function intercept(backend: NativeBackend, builder: GraphBuilder): Interception {
  const { binding } = backend;
  const written = new Set<DataId>(); // by JavaScript, since the recording began
  const freed: number[] = [];
  const counted: Optimizer[] = [];
  let fault: string | undefined;
  let paused = false;
  const refuse = (why: string): void => void (fault ??= why);
  const restore = [
    replace(backend, 'binding', () => recordingBinding(binding, builder, freed, () => paused, refuse)),
    replace(backend, 'getInputTensorIds', (own) => (tensors) => {
      for (const { dataId } of tensors) {
        const held = dataId && backend.tensorMap.get(dataId); // an int64 has none
        if (!held || held.values === null || written.has(dataId)) continue;
        held.id = binding.createTensor(held.shape, held.dtype, held.values); // made before the recording: not its constant
        held.values = null;
      }
      const ids = own.call(backend, tensors);
      for (const [index, id] of ids.entries()) builder.seen(id, tensors[index] as Tensor);
      return ids;
    }),
    replace(backend, 'write', (own) => (values, shape, dtype) => {
      const dataId = own.call(backend, values, shape, dtype);
      written.add(dataId);
      return dataId;
    }),
    replace(backend, 'readSync', (own) => (dataId) => {
      if (!written.has(dataId)) refuse('it reads the values of a tensor in JavaScript');
      return own.call(backend, dataId);
    }),
    replace(library.getKernel('GatherV2', 'tensorflow'), 'kernelFunc', () => gatherOf(backend)),
    replace(Math, 'random', (own) => () => {
      refuse('it draws random numbers in JavaScript');
      return own();
    }),
    replace(library.Optimizer.prototype as unknown as Counting, 'incrementIterations', (own) => {
      return function (this: Optimizer) {
        counted.push(this);
        own.call(this);
      };
    }),
  ];
  return {
    fault: () => fault,
    counted,
    pause(body) {
      paused = true;
      try {
        return body();
      } finally {
        paused = false;
      }
    },
    release() {
      for (const each of restore) each();
      for (const id of freed) binding.deleteTensor(id);
    },
  };
}

type Counting = { incrementIterations(this: Optimizer): void };

function recordingBinding(
  binding: Binding,
  builder: GraphBuilder,
  freed: number[],
  isPaused: () => boolean,
  refuse: (why: string) => void,
): Binding {
  const own: Pick<Binding, 'createTensor' | 'executeOp' | 'deleteTensor'> = {
    createTensor(shape, type, data) {
      const id = binding.createTensor(shape, type, data);
      builder.made(id, type, shape, data);
      return id;
    },
    executeOp(name, attributes, from, count) {
      const outputs = binding.executeOp(name, attributes, from, count);
      if (isPaused()) return outputs;
      try {
        builder.operation(name, attributes, from, outputs);
      } catch (error) {
        refuse(`${name}: ${(error as Error).message}`);
      }
      return outputs;
    },
    deleteTensor: (id) => void freed.push(id), // later: a constant may still be asked for
  };
  return Object.create(binding, Object.getOwnPropertyDescriptors(own)) as Binding; // the add-on's own are read-only
}
