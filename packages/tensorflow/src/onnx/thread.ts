import { InferenceError } from '@switchyard/protocol';
import { programBeside, startThread as start, type Thread as ThreadOf } from '../thread.ts';
import type { SessionSource, Values } from './session.ts';

export type Thread = ThreadOf<readonly Values[]>;

/** What a thread is started with; `alone` where rows go in one after the other. The memory of the model is shared. */
export type ThreadSource = SessionSource & { readonly alone: boolean };

/** Starts the thread of a model. @throws TensorFlowError in the words of onnxruntime, where it refuses the model */
export function startThread(data: ThreadSource): Promise<Thread> {
  return start({ program: programBeside(import.meta.url, 'worker'), data, refuses: 'onnxruntime refuses model.onnx', refusal: refusalOf });
}

/** What onnxruntime says of a call: mostly of the values in it, as of an index that a table does not have. */
export function refusalOf(message: string): InferenceError {
  const [, operation, name, why] = /while running (\S+) node\. Name:'(.*?)' Status Message: ([^]*)/.exec(message) ?? [];
  if (operation === undefined) return new InferenceError('INTERNAL', `onnxruntime cannot run the model: ${message}`);
  const words = `operation ${operation}${name && ` "${name}"`}: ${why?.trim()}`;
  if (/failed to allocate|bad_alloc/i.test(words)) return new InferenceError('RESOURCE_EXHAUSTED', `too little memory for this: ${words}`);
  return new InferenceError('INVALID_ARGUMENT', `the model cannot answer this: ${words}`);
}
