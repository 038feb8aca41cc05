import type { Call, Feedback, GraphMetadata, Message, ModelMetadata } from '@switchyard/protocol';
import type { Eventual } from './eventual.ts';

/**
 * What answers. REST and gRPC know only this; a model and an inference graph are each one.
 */
export interface Predictor {
  /** The name under which the Open Inference Protocol addresses it. */
  readonly name: string;
  /** @throws InferenceError at once, or later */
  predict(call: Call): Eventual<Answer>;
  feedback(feedback: Feedback, call: Call): Promise<void>;
  metadata(): Promise<ModelMetadata>;
  /** Only of a graph. */
  graphMetadata?(): Promise<GraphMetadata>;
  /** False: why not, in words for an operator. */
  ready(): Promise<true | NotReady>;
}

/** A message, and the version of the model that made it where there is one: during a reload two versions answer. */
export type Answer = Message & {
  readonly version?: string;
  /** It is of a call of the model that another answer stands for already. */
  readonly joined?: true;
  /** Of a model. */
  readonly parts?: Parts;
};

/** What the time of an answer was spent on, in milliseconds. */
export type Parts = {
  /** Checking and converting the request. */
  readonly input: number;
  /** Waiting for the call of the model. */
  readonly queue: number;
  /** The call of the model, shared or not. */
  readonly infer: number;
  /** Checking what the model gave. */
  readonly output: number;
};

export type NotReady = { readonly reason: string };
