import {
  decodeModelStatisticsRequest,
  decodeOipModelMetadataRequest,
  decodeOipModelReadyRequest,
  decodeOipProto,
  decodeRepositoryIndexRequest,
  decodeRepositoryModelRequest,
  encodeModelStatistics,
  encodeOipModelMetadata,
  encodeOipModelReady,
  encodeOipProto,
  encodeOipServerLive,
  encodeOipServerMetadata,
  encodeOipServerReady,
  encodeRepositoryIndex,
  encodeRepositoryModelLoaded,
  encodeRepositoryModelUnloaded,
  oipService,
} from '@switchyard/protocol';
import type { DataPlane } from '../data-plane.ts';
import type { InferenceStatistics } from '../inference-statistics.ts';
import { infer, repositoryOf, serverMetadataOf, statisticsOf } from '../oip-data-plane.ts';
import type { Service } from './seldon.ts';
import { streaming } from './stream.ts';
import { unary, type Unary } from './unary.ts';

/** The Open Inference Protocol: its methods, those of its extensions, and inference by a stream. `end` ends the streams. */
export function oipGrpc(plane: DataPlane, statistics: InferenceStatistics): Service & { end(): void } {
  const ready = async (): Promise<boolean> => (await plane.ready()) === true;
  const inference: Unary = async (request, incoming) => {
    const decoded = decodeOipProto(request);
    await plane.checkModel(decoded.modelName || undefined, decoded.modelVersion);
    return encodeOipProto(await infer(plane, decoded, incoming));
  };
  const stream = streaming(plane, oipService.ModelStreamInfer, inference, 'predictions');
  const methods: Readonly<Record<string, Unary>> = {
    ServerLive: () => encodeOipServerLive(true),
    ServerReady: async () => encodeOipServerReady(await ready()),
    async ModelReady(request) {
      const { name, version } = decodeOipModelReadyRequest(request);
      await plane.checkModel(name, undefined);
      if (!(await ready())) return encodeOipModelReady(false);
      await plane.checkModel(name, version);
      return encodeOipModelReady(true);
    },
    ServerMetadata: () => encodeOipServerMetadata(serverMetadataOf(plane)),
    async ModelMetadata(request) {
      const { name, version } = decodeOipModelMetadataRequest(request);
      await plane.checkModel(name, version);
      return encodeOipModelMetadata(await plane.predictor.metadata());
    },
    ModelInfer: inference,
    async ModelStatistics(request) {
      const { name, version } = decodeModelStatisticsRequest(request);
      await plane.checkModel(name || undefined, version);
      return encodeModelStatistics(statisticsOf(statistics, version));
    },
    async RepositoryIndex(request) {
      const { ready } = decodeRepositoryIndexRequest(request);
      const entries = await repositoryOf(plane).index();
      return encodeRepositoryIndex(ready ? entries.filter(({ state }) => state === 'READY') : entries);
    },
    async RepositoryModelLoad(request) {
      await repositoryOf(plane).load(decodeRepositoryModelRequest(request).name);
      return encodeRepositoryModelLoaded();
    },
    async RepositoryModelUnload(request) {
      await repositoryOf(plane).unload(decodeRepositoryModelRequest(request).name);
      return encodeRepositoryModelUnloaded();
    },
  };
  const implementation = Object.fromEntries(
    Object.entries(methods).map(([name, answer]) => {
      const service = answer === inference ? 'predictions' : undefined;
      return [name, unary(plane, oipService[name as keyof typeof oipService], answer, service)];
    }),
  );
  return { definition: oipService, implementation: { ...implementation, ModelStreamInfer: stream.handle }, end: stream.end };
}
