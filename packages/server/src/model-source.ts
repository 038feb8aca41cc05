import { InferenceError } from '@switchyard/protocol';
import type { Scaling } from '@switchyard/artifact';
import { createConverter, type Converter } from './convert-input.ts';
import type { Model } from './model.ts';
import type { NotReady } from './predictor.ts';

/** A model with all that serving it needs. */
export type Serving = { readonly model: Model; readonly version?: string; readonly convert: Converter };

/** Where a predictor gets its model from at each request: it may change between two. */
export type ModelSource = {
  /** The model's name. */
  readonly name: string;
  ready(): true | NotReady;
  current(): Serving | undefined;
  /** Runs `work` with the model that serves now, which lives until `work` is through. @throws InferenceError UNAVAILABLE without a model */
  use<T>(work: (serving: Serving) => Promise<T>): Promise<T>;
};

/**
 * A model that never changes.
 *
 * @example
 *     modelPredictor(fixedModel('sums', model), { unit: 'sums', image: '', platform: 'example' })
 */
export function fixedModel(name: string, model: Model, options: { version?: string; scaling?: Scaling } = {}): ModelSource {
  const serving = toServing(model, options);
  return { name, ready: () => true, current: () => serving, use: (work) => work(serving) };
}

export function toServing(model: Model, { version, scaling }: { version?: string | undefined; scaling?: Scaling | undefined }): Serving {
  return { model, convert: createConverter(model.signature, scaling), ...(version === undefined ? {} : { version }) };
}

export function unavailable(name: string, reason: string): InferenceError {
  return new InferenceError('UNAVAILABLE', `model "${name}" is not ready: ${reason}`);
}
