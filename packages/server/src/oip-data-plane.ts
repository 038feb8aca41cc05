import {
  InferenceError,
  type Message,
  type ModelStatistics,
  type OipAnswer,
  type OipRequest,
  type ServerMetadata,
  type Tensor,
  type TensorSpec,
} from '@switchyard/protocol';
import { convertElements } from './convert-elements.ts';
import type { DataPlane, Incoming } from './data-plane.ts';
import { whenThere, type Eventual } from './eventual.ts';
import type { InferenceStatistics } from './inference-statistics.ts';
import { extensions } from './oip-extensions.ts';
import type { Answer } from './predictor.ts';

export const serverMetadata = { name: 'switchyard', version: '0.1.0' } as const;

/** What the protocol says of a server. */
export const serverMetadataOf = ({ repository }: Pick<DataPlane, 'repository'>): ServerMetadata => ({
  ...serverMetadata,
  extensions: extensions(repository !== undefined),
});

/**
 * What the protocol answers, by REST and by gRPC alike: runs an inference.
 * @throws InferenceError NOT_FOUND for another model or version, INVALID_ARGUMENT for an answer that is no tensor
 */
export function infer(plane: DataPlane, request: OipRequest, incoming: Incoming): Eventual<OipAnswer> {
  // the request's id is its puid
  return whenThere(plane.predict(tagged(request), incoming), (answer) => told(answer, plane, request));
}

function told({ payload, version, meta }: Answer, plane: DataPlane, request: OipRequest): Eventual<OipAnswer> {
  if (payload.kind !== 'tensors') {
    throw new InferenceError('INVALID_ARGUMENT', `the answer is ${payload.kind}, which this protocol cannot carry; use the Seldon API`);
  }
  const answer = (tensors: readonly Tensor[]): OipAnswer => ({
    modelName: plane.predictor.name,
    ...(version === undefined ? {} : { modelVersion: version }),
    id: request.id || (meta.puid ?? ''),
    ...(meta.routing && { routing: meta.routing }),
    tensors,
    request,
  });
  return payload.tensors.every(({ name }) => name !== '') ? answer(payload.tensors) : declared(payload.tensors, plane).then(answer);
}

/**
 * What this protocol calls a request's parameters, Seldon's calls tags: a model that knows one of them knows it by either. An output that is
 * asked for by its name is one, too: a model may have some that it gives only then.
 */
function tagged({ message, parameters, outputs = [] }: OipRequest): Message {
  if (outputs.length === 0 && Object.keys(parameters).every((name) => name === writing)) return message; // as most are
  const { [writing]: _, ...named } = parameters;
  const tags = { ...Object.fromEntries(outputs.map(({ name }) => [name, true])), ...named };
  return { ...message, meta: { ...message.meta, tags } };
}

const writing = 'binary_data_output'; // how the answer is written is not the model's

/** Tensors that came by Seldon's protocol from a unit of a graph have neither name nor datatype of their own: they get those that the metadata declares. */
async function declared(tensors: readonly Tensor[], { predictor }: DataPlane): Promise<readonly Tensor[]> {
  const outputs = await predictor.metadata().then(
    (metadata) => metadata.outputs,
    () => [],
  );
  return tensors.map((tensor, index) => (tensor.name === '' ? declare(tensor, outputs[index], `output-${index}`) : tensor));
}

function declare(tensor: Tensor, spec: TensorSpec | undefined, fallback: string): Tensor {
  const named = { ...tensor, name: spec?.name || fallback };
  if (!spec || spec.datatype === tensor.datatype) return named;
  try {
    return { ...named, datatype: spec.datatype, data: convertElements(tensor, { spec, shape: tensor.shape, expected: '' }) };
  } catch {
    return named; // a unit that does not keep to what it declared: its numbers count, not its word
  }
}

export function repositoryOf({ repository }: DataPlane): NonNullable<DataPlane['repository']> {
  if (repository) return repository;
  throw new InferenceError('UNIMPLEMENTED', 'this server has no model repository');
}

/** The statistics of one version, or of all that are kept. */
export function statisticsOf(statistics: InferenceStatistics, version: string | undefined): readonly ModelStatistics[] {
  return statistics().filter((each) => version === undefined || each.version === version);
}
