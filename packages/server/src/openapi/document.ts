import { pathsOf } from './operation.ts';
import { kservePart, mlflowPart, oipPart, operatorPart, seldonPart } from './parts.ts';
import { schemas } from './schemas.ts';

/** All that a server answers by REST, as an OpenAPI 3.1 document. The protocols are others' standards: this says which parts of them are here. */
export function openApiDocument(
  kind: 'model' | 'router',
  { title, version }: { readonly title: string; readonly version: string },
): object {
  const parts = [seldonPart(kind), oipPart, kservePart, mlflowPart, operatorPart];
  return {
    openapi: '3.1.0',
    info: { title, version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' }, summary: 'A Switchyard server.' },
    servers: [{ url: '/' }],
    tags: parts.map(({ tag, description }) => ({ name: tag, description })),
    paths: pathsOf(parts),
    components: { schemas },
  };
}
