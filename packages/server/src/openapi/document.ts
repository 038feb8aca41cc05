import type { Area } from '../security/area.ts';
import { pathsOf, responses } from './operation.ts';
import { kservePart, mlflowPart, oipPart, operatorPart, seldonPart } from './parts.ts';
import { schemasOf } from './schemas.ts';
import { requirementsOf, securitySchemes, type DocumentedSecurity } from './security.ts';

export type About = {
  readonly title: string;
  readonly version: string;
  readonly security?: DocumentedSecurity;
  /** Whether models are loaded and unloaded on request. */
  readonly repository?: boolean;
  /** Of a method and a path, as they are written here. */
  areaOf?(method: string, path: string): Area | undefined;
};

/** All that a server answers by REST, as an OpenAPI 3.1 document. The protocols are others' standards: this says which parts of them are here. */
export function openApiDocument(kind: 'model' | 'router', { title, version, security, repository = false, areaOf }: About): object {
  const parts = [seldonPart(kind), oipPart(repository), kservePart, mlflowPart, operatorPart];
  const schemes = security && securitySchemes(security);
  return {
    openapi: '3.1.0',
    info: { title, version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' }, summary: 'A Switchyard server.' },
    servers: [{ url: '/' }],
    tags: parts.map(({ tag, description }) => ({ name: tag, description })),
    paths: pathsOf(parts, title, (method, path) => (security ? requirementsOf(security, areaOf?.(method, path)) : [])),
    components: {
      schemas: schemasOf(repository),
      responses,
      ...(schemes && Object.keys(schemes).length > 0 && { securitySchemes: schemes }),
    },
  };
}
