import type { Tensor } from '@tensorflow/tfjs-core';
import { firstLine } from '../backend.ts';
import { library } from '../library.ts';
import { nativeBackend, type NativeBackend } from './native-backend.ts';
import { drawSeed, isRecording, record, type Recording } from './record.ts';
import { openSession, type Session } from './session.ts';
import { structureOf, type Structure } from './structure.ts';

export type TraceOptions = {
  /** How the function is called in a warning. */
  readonly name?: string;
  /** How many traces are held, one for each signature; the one unused for longest goes first. 16, unless given. */
  readonly cache?: number;
  /** What the function depends on beside tensors, as a word: another word, another trace. */
  readonly state?: () => string;
  /** Holds variables for constants, as they are at the first call of a signature: for inference. */
  readonly frozen?: boolean;
  /** Told once why the function is not traced. On the console, unless given. */
  readonly warn?: (message: string) => void;
};

/** A function over tensors that runs as one graph. */
export type Traced<Inputs extends readonly Tensor[], Result> = ((...inputs: Inputs) => Result) & {
  /** How many traces are held, and, where it is run eagerly for good, why. */
  status(): { readonly traces: number; readonly eager?: string };
  /** Frees the traces. Called again, the function is traced again. */
  dispose(): void;
};

type Trace = {
  readonly session: Session;
  readonly recording: Recording;
  readonly structure: Structure;
  readonly watched: readonly Tensor[];
};

/**
 * Makes of a function over tensors one that runs as a single graph of TensorFlow, in the manner of Python's `tf.function`: at its first call
 * with tensors of these datatypes and shapes it runs as it is, and what it does is recorded; from then on the record is run. Gradients,
 * optimizers and layers in it are a part of the record, variables are read and written, random operations draw anew at each call.
 *
 * Where another backend than `native` computes, the function is called as it is; so is one that cannot be recorded, after one warning:
 * one that reads values of tensors, draws random numbers by itself, makes variables at each call, or calls what the graph has no form for.
 * What it does to JavaScript's own variables it does while it is recorded only; numbers that it reads there are kept as they were then
 * (`state` says when they change). Docs: docs/tensorflow.md.
 *
 * @example
 *     const optimizer = tf.train.adam(0.001);
 *     const step = traceFunction((x: Tensor2D, y: Tensor2D) =>
 *       optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, model.apply(x) as Tensor2D) as Scalar, true) as Scalar);
 *     const loss = step(x, y);
 */
export function traceFunction<Inputs extends readonly Tensor[], Result>(
  body: (...inputs: Inputs) => Result,
  options: TraceOptions = {},
): Traced<Inputs, Result> {
  const { name = body.name || 'a function', cache = 16, state, frozen = false, warn = console.warn } = options;
  const traces = new Map<string, Trace>();
  let eager: string | undefined;
  let creations = 0;

  const giveUp = (reason: string): void => {
    eager = reason;
    clear();
    warn(`${name} is not traced, and runs operation by operation: ${reason}`);
  };
  const drop = (key: string): void => {
    const trace = traces.get(key);
    if (trace === undefined) return;
    traces.delete(key);
    close(trace);
  };
  const clear = (): void => {
    for (const key of traces.keys()) drop(key);
  };

  function call(...inputs: Inputs): Result {
    if (eager !== undefined || isRecording() || library.engine().state.gradientDepth > 0) return body(...inputs);
    const backend = nativeBackend();
    if (backend === undefined) return body(...inputs);
    if (typeof backend === 'string') {
      giveUp(backend);
      return body(...inputs);
    }
    const key = signatureOf(inputs, state);
    const trace = traces.get(key);
    if (trace === undefined) return first(backend, key, inputs);
    if (trace.watched.some((tensor) => tensor.isDisposed)) {
      drop(key); // what it captured was replaced
      return first(backend, key, inputs);
    }
    traces.delete(key); // to the end: the first is the one unused for longest
    traces.set(key, trace);
    for (const optimizer of trace.recording.counted) (optimizer as unknown as { incrementIterations(): void }).incrementIterations();
    return replay(backend, trace, inputs, drawSeed()) as Result;
  }

  function first(backend: NativeBackend, key: string, inputs: Inputs): Result {
    let structure: Structure | undefined;
    const run = (own: readonly Tensor[]): Tensor[] => {
      structure = structureOf(body(...(own as Inputs)));
      return [...structure.tensors];
    };
    const recorded = record(backend, run, inputs, frozen);
    const made = structure as unknown as Structure;
    if ('recording' in recorded) {
      // what is answered is the graph's from the first call on: it rounds otherwise than operations one by one
      const { recording, seed, undo, outputs } = recorded;
      const trace = keep(backend, key, recording, made);
      if (trace) {
        undo();
        library.dispose([...outputs]);
        return replay(backend, trace, inputs, seed) as Result;
      }
    } else if ('fault' in recorded) giveUp(recorded.fault);
    else if (++creations > 2) giveUp('it makes variables at each call');
    return made.build(recorded.outputs) as Result;
  }

  function keep(backend: NativeBackend, key: string, recording: Recording, structure: Structure): Trace | undefined {
    const watched = recording.captured.map(({ tensor }) => tensor as Tensor).filter((tensor) => tensor.isDisposed === false);
    let trace: Trace;
    try {
      trace = { session: openSession(backend.binding, recording.graph), recording, structure, watched };
    } catch (error) {
      for (const { dataId } of recording.captured) backend.disposeData(dataId);
      giveUp(`TensorFlow refuses its graph: ${firstLine(error)}`);
      return undefined;
    }
    traces.set(key, trace);
    const [oldest] = traces.keys();
    if (traces.size > cache && oldest !== undefined) drop(oldest);
    return trace;
  }

  return Object.assign(call, {
    status: () => ({ traces: traces.size, ...(eager !== undefined && { eager }) }),
    dispose: clear,
  });
}

function replay(
  backend: NativeBackend,
  { session, recording, structure }: Trace,
  inputs: readonly Tensor[],
  seed: readonly number[],
): unknown {
  const { variables, captured, random, updated } = recording;
  const ids = backend.getInputTensorIds([...inputs, ...variables]);
  for (const { id } of captured) ids.push(id);
  const fed = random ? [backend.binding.createTensor([2], backend.binding.TF_INT32 as number, Int32Array.from(seed))] : [];
  const outputs = session.run([...ids, ...fed]);
  for (const id of fed) backend.binding.deleteTensor(id);
  const count = outputs.length - updated.length;
  for (const [index, variable] of updated.entries()) {
    const value = backend.createOutputTensor(outputs[count + index] as never);
    variable.assign(value);
    value.dispose();
  }
  return structure.build(outputs.slice(0, count).map((output) => backend.createOutputTensor(output)));
}

function close({ session, recording }: Trace): void {
  session.close();
  const backend = library.backend() as unknown as NativeBackend;
  for (const { dataId } of recording.captured) backend.disposeData(dataId);
}

function signatureOf(inputs: readonly Tensor[], state: (() => string) | undefined): string {
  let key = state?.() ?? '';
  for (const { dtype, shape } of inputs) key += `;${dtype}[${shape.join()}]`;
  return key;
}
