import type { Feedback, Message, Meta } from '@switchyard/protocol';

/** A model's answer to one row. */
export type Answer = {
  readonly message: Message;
  readonly meta: Meta;
  readonly names: readonly string[];
  readonly probabilities: readonly number[];
  /** From sending to the last byte, in milliseconds. */
  readonly ms: number;
};

/** A deployment as its clients see it, over one of its protocols. */
export interface PredictionClient {
  /** One row as the model's contract has it. @throws UserError with the server's own words when it refuses. */
  predict(row: ArrayLike<number>): Promise<Answer>;
  feedback(feedback: Feedback): Promise<void>;
  close(): void;
}

/** One row of numbers as a Seldon message. */
export function rowMessage(row: ArrayLike<number>, encoding: 'ndarray' | 'tensor'): Message {
  const tensor = { name: '', datatype: 'FP64' as const, shape: [1, row.length], data: Float64Array.from(row) };
  return { meta: {}, encoding, payload: { kind: 'tensors', tensors: [tensor] } };
}

export function readAnswer(message: Message, ms: number): Answer {
  const [tensor] = message.payload.kind === 'tensors' ? message.payload.tensors : [];
  if (!tensor) throw new Error(`the answer carries no numbers but ${message.payload.kind}`);
  const probabilities = Array.from(tensor.data as ArrayLike<number>, Number);
  const names = tensor.columns?.length === probabilities.length ? tensor.columns : probabilities.map((_, at) => `t:${at}`);
  return { message, meta: message.meta, names, probabilities, ms };
}
