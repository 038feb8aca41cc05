import { Server, ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { UserError } from '@switchyard/config';
import type { DataPlane } from '../data-plane.ts';
import { healthGrpc } from './health.ts';
import { oipGrpc } from './oip.ts';
import { seldonGrpc } from './seldon.ts';

export type GrpcServer = {
  /** @returns the port. @throws UserError naming an address that is taken */
  listen(host: string, port: number): Promise<number>;
  /** Takes no new calls; resolves when those under way are through. */
  drain(): Promise<void>;
  /** Ends every call that is still under way. */
  kill(): void;
};

export function createGrpcServer(plane: DataPlane, { maxBodyBytes }: { maxBodyBytes: number }): GrpcServer {
  const server = new Server({
    'grpc.max_receive_message_length': maxBodyBytes,
    'grpc.max_send_message_length': -1,
  });
  const add = ({ definition, implementation }: { definition: object; implementation: UntypedServiceImplementation }): void =>
    server.addService(definition as ServiceDefinition, implementation);
  const services = [...seldonGrpc(plane), oipGrpc(plane)];
  const health = healthGrpc(
    plane,
    services.map(({ definition }) => serviceOf(definition)),
  );
  for (const service of [...services, health]) add(service);

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
      health.end();
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
