import type { IncomingMessage } from 'node:http';
import {
  decodeOipJson,
  decodeOipRaw,
  decodeRepositoryLoadJson,
  encodeOipJson,
  InferenceError,
  modelStatisticsJson,
  oipModelMetadataJson,
  oipErrorJson,
  oipServerMetadataJson,
  type OipAnswer,
  type OipRequest,
} from '@switchyard/protocol';
import type { DataPlane } from '../data-plane.ts';
import { whenThere, type Eventual } from '../eventual.ts';
import type { InferenceStatistics } from '../inference-statistics.ts';
import { infer, repositoryOf, serverMetadataOf, statisticsOf } from '../oip-data-plane.ts';
import { headLength, isJson, mediaType, unsupported } from './body.ts';
import { routesOf, type ErrorForm, type Handler, type Reply, type Route } from './exchange.ts';
import { incoming } from './incoming.ts';
import { errorReply, jsonReply } from './respond.ts';

const taken = ['application/json', 'application/octet-stream with Inference-Header-Content-Length'];

export const oipError: ErrorForm = (error) => errorReply(error, oipErrorJson(error));

/** The Open Inference Protocol, with its binary tensor, statistics and model repository extensions. */
export function oipRoutes(plane: DataPlane, statistics: InferenceStatistics): readonly Route[] {
  const route = routesOf(oipError);
  const ofModel = (method: 'GET' | 'POST', rest: string, service: string, handle: Handler, admitted = false): Route[] =>
    ['/v2/models/:model', '/v2/models/:model/versions/:version'].map((path) => route(method, `${path}${rest}`, service, handle, admitted));

  return [
    route('GET', '/v2', 'metadata', () => jsonReply(oipServerMetadataJson(serverMetadataOf(plane)))),
    route('GET', '/v2/health/live', 'status', () => json({ live: true })),
    route('GET', '/v2/health/ready', 'status', async () => {
      const ready = await plane.ready();
      return ready === true ? json({ ready: true }) : json({ ready: false, error: ready.reason }, 503);
    }),
    ...ofModel('GET', '/ready', 'status', modelReady(plane)),
    ...ofModel('GET', '', 'metadata', async ({ params: { model, version } }) => {
      await plane.checkModel(model, version);
      return jsonReply(oipModelMetadataJson(await plane.predictor.metadata()));
    }),
    ...ofModel('GET', '/stats', 'metadata', async ({ params: { model, version } }) => {
      await plane.checkModel(model, version);
      return jsonReply(modelStatisticsJson(statisticsOf(statistics, version)));
    }),
    route('GET', '/v2/models/stats', 'metadata', () => jsonReply(modelStatisticsJson(statistics()))),
    ...ofModel('POST', '/infer', 'predictions', inference(plane), true),
    route('POST', '/v2/models/infer', 'predictions', inference(plane), true), // as Seldon's executor has it: the one model that there is
    route('POST', '/v2/repository/index', 'repository', async () => json(await repositoryOf(plane).index())),
    route('POST', '/v2/repository/models/:model/load', 'repository', async (exchange) => {
      const repository = repositoryOf(plane);
      const { version } = decodeRepositoryLoadJson(await exchange.body());
      await repository.load(exchange.params['model'] ?? '', version);
      return json({});
    }),
    route('POST', '/v2/repository/models/:model/unload', 'repository', async ({ params: { model = '' } }) => {
      await repositoryOf(plane).unload(model);
      return json({});
    }),
  ];
}

function modelReady(plane: DataPlane): Handler {
  return async ({ params: { model = '', version } }) => {
    await plane.checkModel(model, undefined);
    const ready = await plane.ready();
    if (ready !== true) return json({ name: model, ready: false, error: ready.reason }, 503);
    await plane.checkModel(model, version);
    return json({ name: model, ready: true });
  };
}

function inference(plane: DataPlane): Handler {
  const decode = (body: Buffer, length: number | undefined): Eventual<OipRequest> =>
    length === 0 ? plane.predictor.metadata().then(({ inputs }) => decodeOipRaw(body, inputs)) : decodeOipJson(body, length);
  return (exchange) => {
    const { request, params } = exchange;
    const body = whenThere(plane.checkModel(params['model'], params['version']), exchange.body);
    return whenThere(body, (bytes) =>
      whenThere(decode(bytes, headerLength(request, bytes)), (decoded) => whenThere(infer(plane, decoded, incoming(exchange)), replyOf)),
    );
  };
}

function replyOf(answer: OipAnswer): Reply {
  const { headers, body } = encodeOipJson(answer);
  return { status: 200, headers: answer.routing ? { ...headers, ...routingHeader(answer.routing) } : headers, body };
}

/** What feedback for this answer has to name, as JSON: through Seldon's API a client reads it in `meta`, for which there is no place here. */
function routingHeader(routing: Readonly<Record<string, number>>): Record<string, string> {
  if (Object.keys(routing).length === 0) return {};
  const text = JSON.stringify(routing).replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return { 'seldon-routing': text };
}

/** Bytes of JSON before the tensors of a binary request; undefined where all is JSON, which is never taken for the bytes of a tensor. */
function headerLength(request: IncomingMessage, body: Buffer): number | undefined {
  const value = request.headers[headLength];
  if (value === undefined) {
    if (!isJson(request, body)) throw unsupported(mediaType(request), taken);
    return undefined;
  }
  const length = Number(value);
  if (typeof value !== 'string' || !/^[0-9]+$/.test(value) || !Number.isSafeInteger(length))
    throw new InferenceError('INVALID_ARGUMENT', `Inference-Header-Content-Length "${String(value)}" is not a whole number`);
  if (length > 0 || mediaType(request) !== 'application/json') return length;
  throw new InferenceError(
    'INVALID_ARGUMENT',
    'Inference-Header-Content-Length 0 is of a body of bytes alone, but its content-type is application/json',
  );
}

const json = (value: unknown, status = 200) => jsonReply(JSON.stringify(value), status);
