import type { IncomingMessage } from 'node:http';
import {
  decodeFeedbackJson,
  decodeSeldonForm,
  decodeSeldonJson,
  seldonGraphMetadataJson,
  seldonModelMetadataJson,
  encodeSeldonJson,
  fitsHeader,
  InferenceError,
  seldonErrorJson,
  type Feedback,
  type Message,
} from '@switchyard/protocol';
import type { DataPlane } from '../data-plane.ts';
import { whenThere, type Eventual } from '../eventual.ts';
import type { Answer } from '../predictor.ts';
import { unitMetadata } from '../unit-metadata.ts';
import { form, isJson, mediaType, unsupported } from './body.ts';
import type { ErrorForm, Exchange, Handler, Reply, Route } from './exchange.ts';
import { incoming } from './incoming.ts';
import { errorReply, jsonReply } from './respond.ts';

const multipart = 'multipart/form-data';
const taken = ['application/json', `${form} with json=`, multipart];

/** Seldon's own form of an error; what another server of the graph answered is passed on as it was. */
export const seldonError: ErrorForm = (error) => {
  const { upstream } = error;
  if (!upstream) return errorReply(error, seldonErrorJson(error));
  return { status: upstream.status, headers: { 'content-type': upstream.contentType }, body: upstream.body };
};

/** Seldon's external API, and of a model the internal API of a graph's units as well. */
export function seldonRoutes(plane: DataPlane, deployment: Deployment): readonly Route[] {
  const predict: Handler = (exchange) =>
    whenThere(message(exchange), (asked) => whenThere(plane.predict(asked, incoming(exchange)), (answer) => replyOf(answer, exchange)));
  function replyOf(answer: Answer, exchange: Exchange): Reply {
    const { puid } = answer.meta;
    const event = exchange.request.headers['ce-specversion'] === undefined ? {} : cloudEvent(exchange.request, puid, deployment);
    return jsonReply(encodeSeldonJson(answer), 200, {
      ...(puid !== undefined && fitsHeader(puid) && { 'seldon-puid': puid }),
      ...event,
    });
  }
  const feedback: Handler = async (exchange) => {
    await plane.feedback(await decodeFeedback(exchange), incoming(exchange));
    return jsonReply('{}');
  };
  const metadata: Handler = async () => jsonReply(seldonModelMetadataJson(await plane.predictor.metadata()));
  const ofUnit: Handler = async ({ params: { unit = '' } }) =>
    jsonReply(seldonModelMetadataJson(await unitMetadata(plane.predictor, unit)));
  const graph: Handler = async (exchange) => {
    const { graphMetadata } = plane.predictor;
    return graphMetadata ? jsonReply(seldonGraphMetadataJson(await graphMetadata())) : metadata(exchange);
  };

  const healthy: Handler = async () => {
    const ready = await plane.ready();
    if (ready !== true) throw new InferenceError('UNAVAILABLE', `not ready: ${ready.reason}`);
    return jsonReply(encodeSeldonJson({ meta: {}, encoding: 'none', payload: { kind: 'text', text: 'healthy' } }));
  };

  const versions = ['/api/v0.1', '/api/v1.0'];
  const internal = plane.kind === 'model';
  const posts = (paths: readonly string[], service: string, handle: Handler, get: boolean): Route[] =>
    paths.map((path) => ({ path, methods: get ? ['GET', 'POST'] : ['POST'], service, errors: seldonError, admitted: true, handle }));
  const gets = (paths: readonly string[], service: string, handle: Handler): Route[] =>
    paths.map((path) => ({ path, methods: ['GET'], service, errors: seldonError, handle }));

  return [
    ...posts(
      versions.map((version) => `${version}/predictions`),
      'predictions',
      predict,
      internal,
    ),
    ...posts(
      versions.map((version) => `${version}/feedback`),
      'feedback',
      feedback,
      internal,
    ),
    ...(internal ? [...posts(['/predict'], 'predictions', predict, true), ...posts(['/send-feedback'], 'feedback', feedback, true)] : []),
    ...gets(
      versions.map((version) => `${version}/metadata`),
      'metadata',
      graph,
    ),
    ...gets(['/metadata'], 'metadata', graph),
    ...gets(
      versions.map((version) => `${version}/metadata/:unit`),
      'metadata',
      ofUnit,
    ),
    ...gets(['/health/status', ...versions.flatMap((version) => [`${version}/health/status`, `${version}/status`])], 'status', healthy),
    ...gets(
      versions.map((version) => `${version}/status/:unit`),
      'status',
      async (exchange) => {
        await unitMetadata(plane.predictor, exchange.params['unit'] ?? '');
        return healthy(exchange);
      },
    ),
  ];
}

/** The deployment whose answers these are. */
export type Deployment = { readonly name: string; readonly namespace: string };

/** A request that is a CloudEvent is answered by one, as Seldon's executor does it: the attributes are headers. */
function cloudEvent({ url = '' }: IncomingMessage, puid: string | undefined, { name, namespace }: Deployment): Record<string, string> {
  return {
    ...(puid !== undefined && fitsHeader(puid) && { 'ce-id': puid }),
    'ce-specversion': '0.3',
    'ce-type': `seldon.${name}.${namespace}.response`,
    'ce-source': `seldon.${name}`,
    'ce-path': url.split('?', 1)[0] ?? '',
  };
}

function message({ request, query, body }: Exchange): Eventual<Message> {
  if (request.method === 'GET') return decodeSeldonForm(Buffer.from(query), form);
  return body().then((bytes) =>
    bodyKind(request, bytes) === 'json' ? decodeSeldonJson(bytes) : decodeSeldonForm(bytes, request.headers['content-type'] as string),
  );
}

async function decodeFeedback(exchange: Exchange): Promise<Feedback> {
  const { request, query } = exchange;
  if (request.method === 'GET') return decodeFeedbackJson(formField(query));
  const body = await exchange.body();
  return decodeFeedbackJson(bodyKind(request, body) === 'json' ? body : formField(body.toString()));
}

function formField(text: string): Buffer {
  const json = new URLSearchParams(text).get('json');
  if (json === null) throw new InferenceError('INVALID_ARGUMENT', 'the form has no field "json"');
  return Buffer.from(json);
}

function bodyKind(request: IncomingMessage, body: Buffer): 'json' | 'form' {
  if (isJson(request, body)) return 'json';
  const type = mediaType(request);
  if (type === form || type === multipart) return 'form';
  throw unsupported(type, taken);
}
