import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  credentials,
  loadPackageDefinition,
  makeGenericClientConstructor,
  Metadata,
  type Client,
  type ClientDuplexStream,
  type ServiceDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { expect } from 'vitest';
import type { Json } from './rest-client.ts';

const protos = join(dirname(createRequire(import.meta.url).resolve('@switchyard/protocol/package.json')), 'proto');

/** Clients made of the .proto files themselves, as those of other languages are: none of our own codecs is in between. */
const definitions = loadPackageDefinition(
  loadSync(['prediction.proto', 'open_inference.proto', 'health.proto', 'reflection.proto'], {
    includeDirs: [protos],
    keepCase: true,
    enums: String,
    longs: Number,
    defaults: false,
    oneofs: true,
  }),
) as Json;

export type GrpcClient = {
  /** @throws ServiceError */
  call(method: string, request: Json, metadata?: Readonly<Record<string, string>>): Promise<Json>;
  stream(method: string, request: Json): AsyncIterable<Json> & { cancel(): void };
  /** Both sides may send at any time. */
  duplex(method: string): ClientDuplexStream<Json, Json> & { toArray(): Promise<Json[]> };
  close(): void;
};

/**
 * @example
 *     const client = grpcClient('seldon.protos.Seldon', '127.0.0.1:5000');
 *     await client.call('Predict', { data: { tensor: { shape: [1, 2], values: [0, 1] } } });
 */
export function grpcClient(service: string, address: string): GrpcClient {
  const Service = service.includes('.v1alpha.')
    ? makeGenericClientConstructor(alphaOf(find(service.replace('.v1alpha.', '.v1.')).service), service)
    : find(service);
  const client = new Service(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 }) as Client & Json;
  return {
    call: (method, request, metadata = {}) =>
      new Promise((resolve, reject) => {
        const sent = new Metadata();
        for (const [key, value] of Object.entries(metadata)) sent.set(key, value);
        client[method](request, sent, { deadline: Date.now() + 20_000 }, (error: ServiceError | null, answer: Json) =>
          error ? reject(error) : resolve(answer),
        );
      }),
    stream: (method, request) => client[method](request),
    duplex: (method) => client[method](),
    close: () => client.close(),
  };
}

const find = (service: string): Json => service.split('.').reduce((parent: Json, name) => parent[name], definitions);

/** Version v1alpha of reflection is v1 under another path. */
function alphaOf(definition: Json): ServiceDefinition {
  const entries = Object.entries(definition as Record<string, { path: string }>).map(([name, method]) => [
    name,
    { ...method, path: method.path.replace('.v1.', '.v1alpha.') },
  ]);
  return Object.fromEntries(entries) as ServiceDefinition;
}

/** A call that is refused with a status code, in words that say each of `words`. */
export async function expectGrpcError(call: Promise<Json>, code: number, ...words: (string | RegExp)[]): Promise<void> {
  const error = await call.then(
    (answer) => {
      throw new Error(`answered with ${JSON.stringify(answer)} where status ${code} was expected`);
    },
    (error: ServiceError) => error,
  );
  expect({ code: error.code, details: error.details }).toMatchObject({ code });
  for (const word of words) expect(error.details).toMatch(word);
}
