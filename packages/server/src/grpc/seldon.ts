import {
  decodeFeedbackProto,
  decodeSeldonModelMetadataRequest,
  decodeSeldonProto,
  encodeSeldonGraphMetadata,
  encodeSeldonModelMetadata,
  encodeSeldonProto,
  seldonServices,
  type RawMethod,
} from '@switchyard/protocol';
import type { DataPlane } from '../data-plane.ts';
import { graphMetadata, unitMetadata } from '../unit-metadata.ts';
import type { Handler } from './call.ts';
import { unary, type Unary } from './unary.ts';

/** A service, and how those of its methods are answered that this server has. */
export type Service = {
  readonly definition: Readonly<Record<string, RawMethod>>;
  readonly implementation: Readonly<Record<string, Handler>>;
};

/** Seldon's services: its external API, and of a model the internal one of a graph's units as well. */
export function seldonGrpc(plane: DataPlane): readonly Service[] {
  const predict: Unary = async (request, incoming) => encodeSeldonProto(await plane.predict(decodeSeldonProto(request), incoming));
  const feedback: Unary = async (request, incoming) => {
    await plane.feedback(decodeFeedbackProto(request), incoming);
    return nothing;
  };
  const metadata: Unary = async () => encodeSeldonModelMetadata(await plane.predictor.metadata());
  const ofUnit: Unary = async (request) =>
    encodeSeldonModelMetadata(await unitMetadata(plane.predictor, decodeSeldonModelMetadataRequest(request).name));
  const graph: Unary = async () => encodeSeldonGraphMetadata(await graphMetadata(plane.predictor));

  const { Seldon, Model, Generic } = seldonServices;
  const external: Service = {
    definition: Seldon,
    implementation: {
      Predict: unary(plane, Seldon.Predict, predict, 'predictions'),
      SendFeedback: unary(plane, Seldon.SendFeedback, feedback, 'feedback'),
      ModelMetadata: unary(plane, Seldon.ModelMetadata, ofUnit),
      GraphMetadata: unary(plane, Seldon.GraphMetadata, graph),
    },
  };
  if (plane.kind === 'router') return [external];
  return [
    external,
    {
      definition: Model,
      implementation: {
        Predict: unary(plane, Model.Predict, predict, 'predictions'),
        SendFeedback: unary(plane, Model.SendFeedback, feedback, 'feedback'),
        Metadata: unary(plane, Model.Metadata, metadata),
      },
    },
    // A model is no transformer, router or combiner: of the generic unit, only feedback is its own.
    { definition: Generic, implementation: { SendFeedback: unary(plane, Generic.SendFeedback, feedback, 'feedback') } },
  ];
}

const nothing = new Uint8Array(); // an empty SeldonMessage
