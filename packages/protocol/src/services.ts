/**
 * A method of a gRPC service whose requests and answers are passed as the bytes they are: the server decodes them when it needs to, and may
 * pass them on as they came. The shape is that of @grpc/grpc-js's `MethodDefinition<Buffer, Buffer>`.
 */
export type RawMethod = {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  requestSerialize(bytes: Buffer): Buffer;
  requestDeserialize(bytes: Buffer): Buffer;
  responseSerialize(bytes: Buffer): Buffer;
  responseDeserialize(bytes: Buffer): Buffer;
};

export type RawService<M extends string> = Readonly<Record<M, RawMethod>>;

const same = (bytes: Buffer): Buffer => bytes;

type Streams = { readonly requestStream?: boolean; readonly responseStream?: boolean };

function service<M extends string>(name: string, methods: readonly M[], streams: Partial<Record<NoInfer<M>, Streams>> = {}): RawService<M> {
  const entries = methods.map((method) => [
    method,
    {
      path: `/${name}/${method}`,
      requestStream: streams[method]?.requestStream ?? false,
      responseStream: streams[method]?.responseStream ?? false,
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    },
  ]);
  return Object.fromEntries(entries) as RawService<M>;
}

/**
 * All services of package seldon.protos, by name.
 *
 *     const { path, requestSerialize, responseDeserialize } = seldonServices.Model.Predict;
 *     client.makeUnaryRequest(path, requestSerialize, responseDeserialize, bytes, (error, answer) => …);
 */
export const seldonServices = {
  Generic: service('seldon.protos.Generic', ['TransformInput', 'TransformOutput', 'Route', 'Aggregate', 'SendFeedback']),
  Model: service('seldon.protos.Model', ['Predict', 'SendFeedback', 'Metadata']),
  Router: service('seldon.protos.Router', ['Route', 'SendFeedback']),
  Transformer: service('seldon.protos.Transformer', ['TransformInput']),
  OutputTransformer: service('seldon.protos.OutputTransformer', ['TransformOutput']),
  Combiner: service('seldon.protos.Combiner', ['Aggregate']),
  Seldon: service('seldon.protos.Seldon', ['Predict', 'SendFeedback', 'ModelMetadata', 'GraphMetadata']),
} as const;

/** The Open Inference Protocol, with MLServer's streaming inference, Triton's statistics and the model repository. */
export const oipService = service(
  'inference.GRPCInferenceService',
  [
    'ServerLive',
    'ServerReady',
    'ModelReady',
    'ServerMetadata',
    'ModelMetadata',
    'ModelInfer',
    'ModelStreamInfer',
    'ModelStatistics',
    'RepositoryIndex',
    'RepositoryModelLoad',
    'RepositoryModelUnload',
  ],
  { ModelStreamInfer: { requestStream: true, responseStream: true } },
);

/** The gRPC health checking protocol. */
export const healthService = service('grpc.health.v1.Health', ['Check', 'List', 'Watch'], { Watch: { responseStream: true } });

const reflection = { ServerReflectionInfo: { requestStream: true, responseStream: true } };

/** gRPC server reflection, in its two versions: their messages are the same. */
export const reflectionServices = {
  v1: service('grpc.reflection.v1.ServerReflection', ['ServerReflectionInfo'], reflection),
  v1alpha: service('grpc.reflection.v1alpha.ServerReflection', ['ServerReflectionInfo'], reflection),
} as const;
