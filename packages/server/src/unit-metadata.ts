import { InferenceError, type GraphMetadata, type ModelMetadata } from '@switchyard/protocol';
import type { Predictor } from './predictor.ts';

/** The metadata of the graph; a model alone is a graph of one unit. */
export async function graphMetadata(predictor: Predictor): Promise<GraphMetadata> {
  if (predictor.graphMetadata) return predictor.graphMetadata();
  const { name } = predictor;
  const model = await predictor.metadata();
  return { name, models: { [name]: model }, inputs: model.inputs, outputs: model.outputs };
}

/** The metadata of one unit; of the whole where none is named. @throws InferenceError NOT_FOUND */
export async function unitMetadata(predictor: Predictor, unit: string): Promise<ModelMetadata> {
  if (unit === '') return predictor.metadata();
  const { models } = await graphMetadata(predictor);
  const found = Object.hasOwn(models, unit) ? models[unit] : undefined;
  if (found) return found;
  throw new InferenceError('NOT_FOUND', `there is no unit "${unit}" here; there are ${Object.keys(models).join(', ')}`);
}
