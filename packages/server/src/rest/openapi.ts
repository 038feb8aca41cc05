import { openApiDocument } from '../openapi/document.ts';
import { serverMetadata } from '../oip-data-plane.ts';
import type { DataPlane } from '../data-plane.ts';
import type { Route } from './exchange.ts';
import { jsonReply } from './respond.ts';
import { seldonError } from './seldon.ts';

/** Where Seldon's wrapper and executor, and MLServer, have the description of what they answer. */
const paths = ['/openapi.json', '/seldon.json', '/api/v0.1/doc', '/api/v1.0/doc', '/v2/docs', '/v2/docs/dataplane.json'];

/** The OpenAPI document, made once, when it is first asked for. */
export function openApiRoutes({ kind, predictor }: DataPlane): readonly Route[] {
  let text: string | undefined;
  const handle = () =>
    jsonReply((text ??= JSON.stringify(openApiDocument(kind, { title: predictor.name, version: serverMetadata.version }))));
  return paths.map((path) => ({ path, methods: ['GET'], service: 'metadata', errors: seldonError, handle }));
}
