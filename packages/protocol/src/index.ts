// The forms that all share.
export type {
  Call,
  Description,
  Encoding,
  Feedback,
  GraphMetadata,
  Message,
  Meta,
  Metric,
  MetricKind,
  ModelMetadata,
  Payload,
  Wire,
} from './call.ts';
export { CallEnd, type CallSignal } from './call-signal.ts';
export { errorTable, InferenceError, type ErrorCode } from './error.ts';
export { fitsHeader } from './fits-header.ts';
export type { Signature, TensorSpec } from './signature.ts';
export {
  allocate,
  allocateUnsafe,
  byteSize,
  checkShape,
  datatypes,
  elementCount,
  isDatatype,
  rowCount,
  type Datatype,
  type NumericArray,
  type Tensor,
  type TensorData,
} from './tensor.ts';
export { toNumbers, type NumberArray } from './numbers.ts';
export { fromBfloat16, fromHalf, toHalf } from './half.ts';
export { answerEncoding } from './answer-encoding.ts';
export type { Status } from './status.ts';

// Seldon.
export { decodeSeldonJson, encodeSeldonJson } from './seldon/json.ts';
export { decodeSeldonProto, encodeSeldonProto } from './seldon/proto.ts';
export { decodeSeldonForm } from './seldon/form.ts';
export { withMeta } from './seldon/with-meta.ts';
export { mergeMeta } from './seldon/meta.ts';
export { decodeFeedbackJson, decodeFeedbackProto, encodeFeedbackJson, encodeFeedbackProto } from './seldon/feedback.ts';
export { decodeMessageListJson, decodeMessageListProto, encodeMessageListJson, encodeMessageListProto } from './seldon/message-list.ts';
export { decodeRoute, routeMessage } from './seldon/route.ts';
export { seldonErrorJson } from './seldon/errors.ts';
export {
  decodeSeldonModelMetadata,
  decodeSeldonModelMetadataJson,
  decodeSeldonModelMetadataRequest,
  encodeSeldonGraphMetadata,
  encodeSeldonModelMetadata,
  seldonGraphMetadataJson,
  seldonModelMetadataJson,
} from './seldon/metadata.ts';

// The Open Inference Protocol.
export { decodeOipJson } from './oip/json.ts';
export { decodeOipRaw } from './oip/raw-request.ts';
export { encodeOipJson, oipErrorJson } from './oip/json-answer.ts';
export { decodeOipProto, encodeOipProto } from './oip/proto.ts';
export type { OipAnswer, OipParameters, OipProtoRequest, OipRequest, RequestedOutput } from './oip/request.ts';
export {
  decodeOipModelMetadataRequest,
  decodeOipModelReadyRequest,
  encodeOipModelMetadata,
  encodeOipModelReady,
  encodeOipServerLive,
  encodeOipServerMetadata,
  encodeOipServerReady,
  oipModelMetadataJson,
  oipServerMetadataJson,
  type ModelReference,
  type ServerMetadata,
} from './oip/metadata.ts';
export {
  decodeModelStatisticsRequest,
  encodeModelStatistics,
  modelStatisticsJson,
  type Duration,
  type ModelStatistics,
} from './oip/statistics.ts';
export {
  decodeRepositoryIndexRequest,
  decodeRepositoryLoadJson,
  decodeRepositoryModelRequest,
  encodeRepositoryIndex,
  encodeRepositoryModelLoaded,
  encodeRepositoryModelUnloaded,
  type RepositoryEntry,
} from './oip/repository.ts';

export { elements, members, type Member, type Span } from './json/members.ts';
export { jsonText } from './seldon/json-text.ts';

// Rows: KServe's V1 protocol and MLflow's scoring server.
export { columnTensor, tablePayload, type Table } from './rows/table.ts';
export { decodeV1Json, encodeV1Json, v1MetadataJson, v1ModelsJson, v1StatusJson, type V1Request } from './kserve/v1.ts';
export { decodeInvocationJson, encodeInvocationJson, invocationErrorJson, type Invocation } from './mlflow/invocation.ts';
export { decodeCsv } from './mlflow/csv.ts';

// gRPC, free of any gRPC library.
export { framing, grpcFrame } from './grpc/frame.ts';
export { decodeGrpcMessage, encodeGrpcMessage, grpcNumber, grpcOfHttp, grpcStatuses, type GrpcStatus } from './grpc/status.ts';
export { healthService, oipService, reflectionServices, seldonServices, type RawMethod, type RawService } from './services.ts';
export { decodeHealthCheck, encodeHealthCheck, encodeHealthList, type HealthStatus } from './health.ts';
export { reflect } from './reflection.ts';
