import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import {
  decodeFeedbackProto,
  decodeSeldonProto,
  encodeGraphMetadataProto,
  encodeModelMetadataProto,
  encodeSeldonProto,
  seldonServices,
} from '@switchyard/protocol';
import type { DataPlane } from '../data-plane.ts';
import { unary, type Unary } from './unary.ts';

type Service = { readonly definition: Readonly<Record<string, unknown>>; readonly implementation: UntypedServiceImplementation };

/** Seldon's services: its external API, and of a model the internal one of a graph's units as well. */
export function seldonGrpc(plane: DataPlane): readonly Service[] {
  const predict: Unary = async (request, incoming) => encodeSeldonProto(await plane.predict(decodeSeldonProto(request), incoming));
  const feedback: Unary = async (request, incoming) => {
    await plane.feedback(decodeFeedbackProto(request), incoming);
    return nothing;
  };
  const metadata: Unary = async () => encodeModelMetadataProto(await plane.predictor.metadata());
  const graph: Unary = async () => {
    const { predictor } = plane;
    const own = async () => {
      const model = await predictor.metadata();
      return { name: predictor.name, models: { [predictor.name]: model }, inputs: model.inputs, outputs: model.outputs };
    };
    return encodeGraphMetadataProto(await (predictor.graphMetadata ? predictor.graphMetadata() : own()));
  };

  const { Seldon, Model, Generic } = seldonServices;
  const external: Service = {
    definition: Seldon,
    implementation: {
      Predict: unary(plane, Seldon.Predict, predict),
      SendFeedback: unary(plane, Seldon.SendFeedback, feedback),
      ModelMetadata: unary(plane, Seldon.ModelMetadata, metadata),
      GraphMetadata: unary(plane, Seldon.GraphMetadata, graph),
    },
  };
  if (plane.kind === 'router') return [external];
  return [
    external,
    {
      definition: Model,
      implementation: {
        Predict: unary(plane, Model.Predict, predict),
        SendFeedback: unary(plane, Model.SendFeedback, feedback),
        Metadata: unary(plane, Model.Metadata, metadata),
      },
    },
    // A model is no transformer, router or combiner: of the generic unit, only feedback is its own.
    { definition: Generic, implementation: { SendFeedback: unary(plane, Generic.SendFeedback, feedback) } },
  ];
}

const nothing = new Uint8Array(); // an empty SeldonMessage
