import { reflect, reflectionServices } from '@switchyard/protocol';
import type { DataPlane } from '../data-plane.ts';
import type { Service } from './seldon.ts';
import { streaming } from './stream.ts';

/** Server reflection, by which tools such as grpcurl call the services without their .proto files. */
export function reflectionGrpc(plane: DataPlane, services: readonly string[]): { readonly services: readonly Service[]; end(): void } {
  const definitions = Object.values(reflectionServices);
  const methods = definitions.map(({ ServerReflectionInfo }) =>
    streaming(plane, ServerReflectionInfo, (request) => reflect(request, services)),
  );
  return {
    services: definitions.map((definition, at) => ({ definition, implementation: { ServerReflectionInfo: methods[at]!.handle } })),
    end: () => methods.forEach((method) => method.end()),
  };
}
