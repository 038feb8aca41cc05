import { availableParallelism } from 'node:os';
import type { Tensor } from '@switchyard/protocol';
import { inputOf, type DistantModel } from '../graph-model.ts';
import { oneRow } from '../one-row.ts';
import { TensorFlowError } from '../tensorflow-error.ts';
import { shared } from '../thread.ts';
import { fileOf, type ModelFiles } from '../weights.ts';
import { findOnnxRuntime } from './find-runtime.ts';
import { parseOnnx, specsOf, what, type OnnxPort } from './parse.ts';
import type { Values } from './session.ts';
import { startThread } from './thread.ts';
import { tryOnnx } from './trial.ts';
import { tensorOf, valuesOf } from './values.ts';

/** A model that onnxruntime runs, in a thread of its own. */
export type LoadedOnnx = DistantModel & {
  /** Whether it takes many rows at once, and not one after the other. */
  readonly batching: boolean;
  /** What computes, and the sets of operators that it is made of. */
  readonly facts: Readonly<Record<string, string>>;
};

/**
 * Loads an ONNX model, `onnx/model.onnx` of an artifact. It is tried on a row of zeros, first in a process of its own, then here.
 *
 * @throws TensorFlowError where onnxruntime-node is not installed, the model is damaged or not served, or answers otherwise than it states
 */
export async function loadOnnx(files: ModelFiles): Promise<LoadedOnnx> {
  const file = fileOf(files, `onnx/${what}`);
  const { inputs, outputs, rows, operators } = parseOnnx(file);
  const { folder: runtime, version } = findOnnxRuntime();
  const names = (ports: readonly OnnxPort[]): string[] => ports.map(({ spec: { name } }) => name);
  const source = { runtime, model: shared(file), inputs: names(inputs), outputs: names(outputs), threads: availableParallelism() };
  const row = oneRow(specsOf(inputs));
  await tryOnnx(source, row?.map(({ shape: dims }, at) => ({ type: (inputs[at] as OnnxPort).element.type, dims })) ?? []);
  const thread = await startThread({ ...source, alone: rows === 'one' });
  const loaded: LoadedOnnx = {
    signature: { inputs: specsOf(inputs), outputs: specsOf(outputs) },
    async predict(given) {
      const values = await thread.run(inputs.map((port) => valuesOf(inputOf(given, port.spec), port)));
      return outputs.map((port, at) => tensorOf(values[at] as Values, port));
    },
    dispose: () => thread.dispose(),
    batching: rows === 'any',
    facts: { backend: 'onnxruntime', 'backend-reason': `onnxruntime-node ${version}, on the CPU`, operators },
  };
  if (row) await tryOut(loaded, row);
  return loaded;
}

async function tryOut({ predict, dispose }: LoadedOnnx, row: readonly Tensor[]): Promise<void> {
  try {
    const answers = await predict(row);
    const other = answers.find(({ shape }) => shape[0] !== 1);
    if (other) throw new Error(`output "${other.name}" has ${other.shape[0]} rows`);
  } catch (error) {
    dispose();
    throw new TensorFlowError(`${what} does not answer one row of zeros: ${(error as Error).message}`, { cause: error });
  }
}
