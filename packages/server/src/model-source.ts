import { InferenceError } from '@switchyard/protocol';
import type { Scaling } from '@switchyard/artifact';
import { createBatcher, type Batcher, type BatchOptions } from './batching/batcher.ts';
import { createConverter, type Converter } from './convert-input.ts';
import type { Eventual } from './eventual.ts';
import type { Model } from './model.ts';
import type { NotReady } from './predictor.ts';

/** A model with all that serving it needs; a batcher where requests share its calls. */
export type Serving = { readonly model: Model; readonly version?: string; readonly convert: Converter; readonly batcher?: Batcher };

type Options = {
  readonly version?: string | undefined;
  readonly scaling?: Scaling | undefined;
  readonly batching?: BatchOptions | undefined;
};

/** Where a predictor gets its model from at each request: it may change between two. */
export type ModelSource = {
  /** The model's name. */
  readonly name: string;
  ready(): true | NotReady;
  current(): Serving | undefined;
  /** Runs `work` with the model that serves now, which lives until `work` is through. @throws InferenceError UNAVAILABLE without a model */
  use<T>(work: (serving: Serving) => Eventual<T>): Eventual<T>;
};

/**
 * A model that never changes.
 *
 * @example
 *     modelPredictor(fixedModel('sums', model), { unit: 'sums', image: '', platform: 'example' })
 */
export function fixedModel(name: string, model: Model, options: Options = {}): ModelSource {
  const serving = toServing(model, options);
  return { name, ready: () => true, current: () => serving, use: (work) => work(serving) };
}

export function toServing(model: Model, { version, scaling, batching }: Options): Serving {
  const batcher = batching && createBatcher(model, batching);
  const convert = createConverter(model.signature, scaling);
  return { model, convert, ...(batcher && { batcher }), ...(version === undefined ? {} : { version }) };
}

export function unavailable(name: string, reason: string): InferenceError {
  return new InferenceError('UNAVAILABLE', `model "${name}" is not ready: ${reason}`);
}
