import { decodeV1Json, encodeV1Json, InferenceError, jsonText, v1MetadataJson, v1ModelsJson, v1StatusJson } from '@switchyard/protocol';
import type { DataPlane } from '../data-plane.ts';
import { whenThere, type Eventual } from '../eventual.ts';
import { isJson, mediaType, unsupported } from './body.ts';
import { routesOf, type Exchange, type Handler, type Route } from './exchange.ts';
import { oipError } from './oip.ts';
import { jsonReply } from './respond.ts';
import { predictRows } from './rows.ts';

/** KServe's V1 protocol, which is TensorFlow Serving's. */
export function kserveRoutes(plane: DataPlane): readonly Route[] {
  const route = routesOf(oipError);
  const posts = (verb: string, handle: Handler): Route[] =>
    ['/v1/models/:model', '/v1/models/:model/versions/:version', '/v1/models', '/v1/models/:model/:'].map((path) =>
      route('POST', `${path}:${verb}`, 'predictions', handle, true),
    );

  return [
    route('GET', '/', 'status', () => jsonReply('{"status":"alive"}')), // how its clients ask whether a server lives
    route('GET', '/v1/models', 'metadata', () => jsonReply(v1ModelsJson([plane.predictor.name]))),
    ...['/v1/models/:model', '/v1/models/:model/versions/:version'].map((path) => route('GET', path, 'status', status(plane))),
    ...['/v1/models/:model/metadata', '/v1/models/:model/versions/:version/metadata'].map((path) =>
      route('GET', path, 'metadata', async ({ params: { model, version } }) => {
        await plane.checkModel(model, version);
        return jsonReply(v1MetadataJson(await plane.predictor.metadata()));
      }),
    ),
    ...posts('predict', prediction(plane)),
    ...posts('explain', explanation(plane)),
  ];
}

function status(plane: DataPlane): Handler {
  return async ({ params: { model = '', version } }) => {
    await plane.checkModel(model, undefined);
    const ready = await plane.ready();
    if (ready !== true) throw new InferenceError('UNAVAILABLE', `model "${model}" is not ready: ${ready.reason}`);
    await plane.checkModel(model, version);
    return jsonReply(v1StatusJson(model, true, (await plane.predictor.metadata()).versions));
  };
}

function prediction(plane: DataPlane): Handler {
  return (exchange) =>
    whenThere(read(plane, exchange), (request) =>
      whenThere(predictRows(plane, exchange, request), ({ payload }) => jsonReply(encodeV1Json(payload, request.form))),
    );
}

/** Why each row got its answer, of a model that can say it. */
function explanation(plane: DataPlane): Handler {
  return async (exchange) => {
    const { meta } = await predictRows(plane, exchange, await read(plane, exchange), { contributions: true });
    const explanations = meta.tags?.['contributions'];
    if (Array.isArray(explanations)) return jsonReply(`{"explanations":${jsonText(explanations)}}`);
    throw new InferenceError('UNIMPLEMENTED', `model "${plane.predictor.name}" does not explain its answers`);
  };
}

function read(plane: DataPlane, { request, params, body }: Exchange): Eventual<ReturnType<typeof decodeV1Json>> {
  return whenThere(whenThere(plane.checkModel(params['model'], params['version']), body), (bytes) => {
    if (!isJson(request, bytes)) throw unsupported(mediaType(request), ['application/json']);
    return decodeV1Json(bytes);
  });
}
