import type { Signature } from '@switchyard/protocol';
import { saveSavedModel, TensorFlowError, type LayersModel } from '@switchyard/tensorflow';

/**
 * The model as a SavedModel beside its layers, so that TensorFlow reads it in every language; about as many bytes as its weights. Nothing,
 * but a word of why, where it cannot be written: on other backends than the native one, or of a model that does what a graph cannot.
 */
export function savedModelFiles(
  model: LayersModel,
  signature: Signature,
  tell = (words: string): void => void process.stderr.write(`tf-trainer: ${words}\n`),
): Record<string, Uint8Array> {
  try {
    return saveSavedModel(model, signature);
  } catch (error) {
    if (!(error instanceof TensorFlowError)) throw error;
    tell(`the artifact has no SavedModel: ${error.message}`);
    return {};
  }
}
