import { type handleUnaryCall, Server, ServerCredentials, type ServiceError } from '@grpc/grpc-js';
import { healthService, type RawMethod, seldonServices } from '@switchyard/protocol';

export type GrpcReceived = { readonly path: string; readonly metadata: Record<string, string>; readonly body: Buffer };
export type GrpcUnit = { readonly port: number; readonly received: GrpcReceived[]; stop(): void };

/** A unit of a graph that speaks gRPC, on a real socket. `answer` gives the bytes of the answer, throws a `ServiceError`, or leaves it open. */
export async function startGrpcUnit(answer: (request: GrpcReceived) => Buffer | undefined): Promise<GrpcUnit> {
  const received: GrpcReceived[] = [];
  const server = new Server();
  for (const service of [...Object.values(seldonServices), healthService]) {
    const unary = Object.entries(service as Record<string, RawMethod>).filter(([, method]) => !method.responseStream);
    for (const [, method] of unary) {
      const handle: handleUnaryCall<Buffer, Buffer> = (call, done) => {
        const metadata = Object.fromEntries(Object.entries(call.metadata.getMap()).map(([name, value]) => [name, String(value)]));
        const request = { path: method.path, metadata, body: call.request };
        received.push(request);
        try {
          const bytes = answer(request);
          if (bytes !== undefined) done(null, bytes);
        } catch (error) {
          done(error as ServiceError);
        }
      };
      server.register(method.path, handle, method.responseSerialize, method.requestDeserialize, 'unary');
    }
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return { port, received, stop: () => server.forceShutdown() };
}
