import { InferenceError, type Tensor, type TensorSpec } from '@switchyard/protocol';
import type { DistantModel } from '../graph-model.ts';
import { programBeside, shared, startThread } from '../thread.ts';
import type { ModelFiles } from '../weights.ts';
import type { SavedSignature } from './parse.ts';

/** What the thread of a SavedModel is started with. */
export type SessionThreadSource = { readonly files: ModelFiles; readonly signature: SavedSignature };

/**
 * Whether the tensors of a model go through the add-on as they are. Others are changed by single operations, and the add-on runs those of one
 * thread only: it keeps the names of their attributes in a set of the process.
 */
export function fitsThread({ inputs, outputs }: SavedSignature): boolean {
  const none = (specs: readonly TensorSpec[], datatypes: readonly string[]): boolean =>
    !specs.some(({ datatype }) => datatypes.includes(datatype));
  return (
    none(
      inputs.map(({ spec }) => spec),
      ['FP64', 'INT8'],
    ) &&
    none(
      outputs.map(({ spec }) => spec),
      ['FP64', 'INT8', 'UINT8'],
    )
  );
}

/** Loads a SavedModel, known to load, in a thread of its own. @throws TensorFlowError where the thread does not start */
export async function startSession(files: ModelFiles, signature: SavedSignature): Promise<DistantModel> {
  const thread = await startThread<readonly Tensor[]>({
    program: programBeside(import.meta.url, 'session-worker'),
    data: {
      files: Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, shared(bytes)])),
      signature,
    } satisfies SessionThreadSource,
    refuses: 'no thread for the model',
    refusal: (message) => new InferenceError('INTERNAL', message),
  });
  const specs = (ports: SavedSignature['inputs']): TensorSpec[] => ports.map(({ spec }) => spec);
  return {
    signature: { inputs: specs(signature.inputs), outputs: specs(signature.outputs) },
    predict: (inputs) => thread.run(inputs.map(copied)),
    dispose: () => thread.dispose(),
  };
}

/** The memory of an input may be the request's own, which is not ours to give away. */
const copied = (tensor: Tensor): Tensor => ({ ...tensor, data: tensor.data.slice() as Tensor['data'] });
