import { InferenceError, type OipAnswer, type OipRequest, type ServerMetadata, type Tensor } from '@switchyard/protocol';
import type { DataPlane, Incoming } from './data-plane.ts';

export const serverMetadata: ServerMetadata = {
  name: 'switchyard',
  version: '0.1.0',
  extensions: ['binary_tensor_data', 'model_repository'],
};

/**
 * What the protocol answers, by REST and by gRPC alike: runs an inference.
 * @throws InferenceError NOT_FOUND for another model or version, INVALID_ARGUMENT for an answer that is no tensor
 */
export async function infer(plane: DataPlane, request: OipRequest, incoming: Incoming): Promise<OipAnswer> {
  const answer = await plane.predict(request.message, incoming); // the request's id is its puid
  const { payload, version } = answer;
  if (payload.kind !== 'tensors') {
    throw new InferenceError('INVALID_ARGUMENT', `the answer is ${payload.kind}, which this protocol cannot carry; use the Seldon API`);
  }
  return {
    modelName: plane.predictor.name,
    ...(version === undefined ? {} : { modelVersion: version }),
    id: request.id || (answer.meta.puid ?? ''),
    tensors: await named(payload.tensors, plane),
    request,
  };
}

/** Tensors that came by Seldon's protocol from a unit of a graph have no names: they get those of the metadata, else a number. */
async function named(tensors: readonly Tensor[], { predictor }: DataPlane): Promise<readonly Tensor[]> {
  if (tensors.every(({ name }) => name !== '')) return tensors;
  const outputs = await predictor.metadata().then(
    (metadata) => metadata.outputs,
    () => [],
  );
  return tensors.map((tensor, index) => (tensor.name === '' ? { ...tensor, name: outputs[index]?.name || `output-${index}` } : tensor));
}

export function repositoryOf({ repository }: DataPlane): NonNullable<DataPlane['repository']> {
  if (repository) return repository;
  throw new InferenceError('UNIMPLEMENTED', 'this server has no model repository');
}
