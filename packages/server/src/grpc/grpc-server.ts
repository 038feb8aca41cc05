import type { AddressInfo } from 'node:net';
import { UserError } from '@switchyard/config';
import { InferenceError, reflectionServices } from '@switchyard/protocol';
import type { ConnectionLimits } from '../http2/limits.ts';
import { headerBlock } from '../http2/hpack/header-block.ts';
import { createHttp2Server } from '../http2/http2-server.ts';
import type { RequestHead } from '../http2/request-head.ts';
import type { DataPlane } from '../data-plane.ts';
import type { InferenceStatistics } from '../inference-statistics.ts';
import type { Tls } from '../security/tls.ts';
import { Call, type Handler } from './call.ts';
import { healthGrpc } from './health.ts';
import { oipGrpc } from './oip.ts';
import { reflectionGrpc } from './reflection.ts';
import { seldonGrpc, type Service } from './seldon.ts';

export type GrpcServer = {
  /** @returns the port. @throws UserError naming an address that is taken */
  listen(host: string, port: number): Promise<number>;
  /** Takes no new calls; resolves when those under way are through. */
  drain(): Promise<void>;
  /** Ends every call that is still under way. */
  kill(): void;
};

type Options = {
  readonly maxBodyBytes: number;
  readonly maxClients: number;
  readonly maxConcurrent: number;
  readonly statistics: InferenceStatistics;
  readonly tls: Tls | undefined;
};

export function createGrpcServer(plane: DataPlane, { statistics, tls, ...limits }: Options): GrpcServer {
  const oip = oipGrpc(plane, statistics);
  const services = [...seldonGrpc(plane), oip];
  const names = services.map(({ definition }) => nameOf(definition));
  const health = healthGrpc(plane, names);
  const reflection = reflectionGrpc(plane, [...names, ...[health.definition, ...Object.values(reflectionServices)].map(nameOf)]);
  const handlers = new Map([...services, health, ...reflection.services].flatMap(handlersOf));

  const { server, drain, kill } = createHttp2Server({
    tls,
    maxClients: limits.maxClients,
    limits: connectionLimits(limits),
    onStream(stream) {
      const refused = refusalOf(stream.head);
      if (refused) return stream.respond(headerBlock(refused), true);
      const call = new Call(stream, limits.maxBodyBytes);
      stream.receiver = call;
      const { path } = stream.head;
      const handler = handlers.get(path);
      if (handler) handler(call).catch((error: unknown) => plane.log.error({ err: error, path }, 'failed to answer'));
      else call.fail(new InferenceError('UNIMPLEMENTED', `there is no method "${path.slice(0, 200)}" here`));
    },
  });

  return {
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
        server.once('error', (cause) => reject(new UserError(`gRPC cannot listen on ${address}: ${cause.message}`, { cause })));
        server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
      }),
    drain: () => {
      for (const streams of [health, oip, reflection]) streams.end();
      return drain();
    },
    kill,
  };
}

/** Streams beyond the calls that are worked on, so that a client learns of an overload by a status and not by waiting, and its health checks get through. */
const spareStreams = 128;

const mebibyte = 1024 ** 2;

function connectionLimits({ maxBodyBytes, maxConcurrent }: Pick<Options, 'maxBodyBytes' | 'maxConcurrent'>): ConnectionLimits {
  return {
    maxStreams: maxConcurrent + spareStreams,
    maxHeaderBytes: 16 * 1024,
    maxHeaders: 200,
    windowBytes: mebibyte / 4, // for rows by the hundred without a wait
    connectionWindowBytes: mebibyte,
    maxHeldBytes: Math.max(16 * mebibyte, maxBodyBytes),
  };
}

/** What is no gRPC is told so by HTTP's own status. */
function refusalOf({ method, headers: { 'content-type': type = '' } }: RequestHead): Record<string, string> | undefined {
  if (method !== 'POST') return { ':status': '405', allow: 'POST' };
  return type === 'application/grpc' || /^application\/grpc[+;]/i.test(type) ? undefined : { ':status': '415' };
}

/** `seldon.protos.Model` of the path `/seldon.protos.Model/Predict` */
function nameOf(definition: Service['definition']): string {
  const [method] = Object.values(definition);
  return method?.path.split('/')[1] ?? '';
}

/** Those that the server has of a service's methods, by their paths. */
function handlersOf({ definition, implementation }: Service): [string, Handler][] {
  return Object.entries(implementation).flatMap(([name, handler]) => {
    const method = definition[name];
    return method ? [[method.path, handler]] : [];
  });
}
