import type { CallSignal } from './call-signal.ts';
import type { TensorSpec } from './signature.ts';
import type { Tensor } from './tensor.ts';

export type MetricKind = 'COUNTER' | 'GAUGE' | 'TIMER';

/** A custom metric that a model reports with its answer. A TIMER's value is in milliseconds. */
export type Metric = {
  readonly key: string;
  readonly type: MetricKind;
  readonly value: number;
  readonly tags?: Readonly<Record<string, string>>;
};

/** What Seldon calls `meta`: who a prediction is, and which way it went. */
export type Meta = {
  readonly puid?: string;
  readonly tags?: Readonly<Record<string, unknown>>;
  /** Unit of the graph → the child that it chose; −1 all, −2 none. */
  readonly routing?: Readonly<Record<string, number>>;
  /** Unit of the graph → the image that served it. */
  readonly requestPath?: Readonly<Record<string, string>>;
  readonly metrics?: readonly Metric[];
};

/** What a message carries, free of how it was written. */
export type Payload =
  | { readonly kind: 'tensors'; readonly tensors: readonly Tensor[] }
  /** `columns`: of a table that is no tensor, because its columns are of different kinds, where the protocol has a place for them. */
  | { readonly kind: 'json'; readonly json: unknown; readonly columns?: readonly string[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'empty' };

/**
 * How a request was written, so that its answer can mirror it.
 * `tensor`, `ndarray`, `tftensor` are the three of Seldon's `data`; `oip` is the Open Inference Protocol's; `none` had no data.
 */
export type Encoding = 'tensor' | 'ndarray' | 'tftensor' | 'oip' | 'none';

/** A message as it came off the wire. */
export type Wire = {
  readonly format: 'seldon-json' | 'seldon-proto';
  readonly body: Uint8Array;
  /** Of JSON: where its meta stands, and what that is, for whoever lays more over it; looked for once. */
  metaMember?(): MetaMember | undefined;
};

export type MetaMember = { readonly start: number; readonly end: number; readonly json: unknown };

/**
 * A request to a model, or a model's answer. A codec may decode the parts only when they are asked for: whoever merely
 * passes a message on reads `wire`, never `payload`, and so costs nothing but the copy of its bytes.
 */
export interface Message {
  readonly meta: Meta;
  readonly encoding: Encoding;
  readonly payload: Payload;
  readonly wire?: Wire | undefined;
}

/** One request under way. */
export type Call = {
  /** The prediction's unique id: the client's own, else made here. */
  readonly id: string;
  readonly message: Message;
  /** Aborted when the client is gone or the time is up: whoever works on the call may stop then. */
  readonly signal: CallSignal;
  /** Headers to pass on to other servers, lower-case: trace context, the client's own. */
  readonly headers: Readonly<Record<string, string>>;
};

/** A reward for an answer that was given before. */
export type Feedback = {
  readonly request?: Message;
  readonly response?: Message;
  readonly reward: number;
  readonly truth?: Message;
};

/** What a predictor says of itself; `inputs` and `outputs` are empty where they are not known. */
export type ModelMetadata = {
  readonly name: string;
  readonly versions: readonly string[];
  readonly platform: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly custom?: Readonly<Record<string, string>>;
  /** What Seldon's protocol says in place of the above, where whoever deploys the model wants it so. */
  readonly described?: Description;
};

/** A model in the words of whoever deploys it. */
export type Description = {
  readonly name?: string | undefined;
  readonly versions?: readonly string[] | undefined;
  readonly platform?: string | undefined;
  readonly inputs?: readonly MessageDescription[] | undefined;
  readonly outputs?: readonly MessageDescription[] | undefined;
  /** Laid over the model's own. */
  readonly custom?: Readonly<Record<string, string>> | undefined;
};

/** A tensor by name, datatype and shape, or a message by its type and a schema of any kind. */
export type MessageDescription = {
  readonly messagetype?: string | undefined;
  readonly schema?: unknown;
  readonly name?: string | undefined;
  readonly datatype?: string | undefined;
  readonly shape?: readonly number[] | undefined;
};

/** The metadata of an inference graph: of each unit, and of what enters and leaves the whole. */
export type GraphMetadata = {
  readonly name: string;
  readonly models: Readonly<Record<string, ModelMetadata>>;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
};
