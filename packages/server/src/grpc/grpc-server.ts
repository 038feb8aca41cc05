import { Server, ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { UserError } from '@switchyard/config';
import { reflectionServices } from '@switchyard/protocol';
import type { DataPlane } from '../data-plane.ts';
import type { InferenceStatistics } from '../inference-statistics.ts';
import { healthGrpc } from './health.ts';
import { oipGrpc } from './oip.ts';
import { reflectionGrpc } from './reflection.ts';
import { seldonGrpc } from './seldon.ts';

export type GrpcServer = {
  /** @returns the port. @throws UserError naming an address that is taken */
  listen(host: string, port: number): Promise<number>;
  /** Takes no new calls; resolves when those under way are through. */
  drain(): Promise<void>;
  /** Ends every call that is still under way. */
  kill(): void;
};

type Options = { readonly maxBodyBytes: number; readonly statistics: InferenceStatistics };

export function createGrpcServer(plane: DataPlane, { maxBodyBytes, statistics }: Options): GrpcServer {
  const server = new Server({
    'grpc.max_receive_message_length': maxBodyBytes,
    'grpc.max_send_message_length': -1,
  });
  const add = ({ definition, implementation }: { definition: object; implementation: UntypedServiceImplementation }): void =>
    server.addService(definition as ServiceDefinition, implementation);
  const oip = oipGrpc(plane, statistics);
  const services = [...seldonGrpc(plane), oip];
  const names = services.map(({ definition }) => serviceOf(definition));
  const health = healthGrpc(plane, names);
  const reflection = reflectionGrpc(plane, [...names, ...[health.definition, ...Object.values(reflectionServices)].map(serviceOf)]);
  for (const service of [...services, health, ...reflection.services]) add(service);

  return {
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
        server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => {
          if (error) reject(new UserError(`gRPC cannot listen on ${address}: ${error.message}`, { cause: error }));
          else resolve(bound);
        });
      }),
    drain: () => {
      for (const streams of [health, oip, reflection]) streams.end();
      return new Promise((resolve) => server.tryShutdown(() => resolve()));
    },
    kill: () => server.forceShutdown(),
  };
}

/** `seldon.protos.Model` of the path `/seldon.protos.Model/Predict` */
function serviceOf(definition: object): string {
  const [method] = Object.values(definition) as { path: string }[];
  return method?.path.split('/')[1] ?? '';
}
