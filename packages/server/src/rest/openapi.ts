import { openApiDocument } from '../openapi/document.ts';
import { serverMetadata } from '../oip-data-plane.ts';
import type { DataPlane } from '../data-plane.ts';
import { areaOfRoute } from '../security/area.ts';
import type { Route } from './exchange.ts';
import { jsonReply } from './respond.ts';
import { seldonError } from './seldon.ts';

/** Where Seldon's wrapper and executor, and MLServer, have the description of what they answer. */
const paths = ['/openapi.json', '/seldon.json', '/api/v0.1/doc', '/api/v1.0/doc', '/v2/docs', '/v2/docs/dataplane.json'];

/** The OpenAPI document, made once, when it is first asked for. */
export function openApiRoutes(
  { kind, predictor, authorize, repository }: DataPlane,
  others: readonly Route[],
  clientsMustShow: boolean,
): readonly Route[] {
  let text: string | undefined;
  const written = (): string => {
    const areas = new Map(
      others.flatMap((route) => route.methods.map((method) => [`${method.toLowerCase()} ${inWords(route.path)}`, areaOfRoute(route)])),
    );
    const areaOf = (method: string, path: string) => areas.get(`${method} ${path}`);
    const security = { asks: authorize.asks, clientsMustShow };
    const about = { title: predictor.name, version: serverMetadata.version, security, repository: repository !== undefined, areaOf };
    return JSON.stringify(openApiDocument(kind, about));
  };
  const handle = () => jsonReply((text ??= written()));
  return paths.map((path) => ({ path, methods: ['GET'], service: 'metadata', errors: seldonError, handle }));
}

/** A route's path as OpenAPI has it: `/v1/models/:model::predict` is `/v1/models/{model}:predict`. */
export const inWords = (path: string): string => path.replace(/\/:(?!:)(\w+)/g, '/{$1}').replace('/::', '/:');
