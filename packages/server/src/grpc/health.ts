import { status, type ServerUnaryCall, type ServerWritableStream, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { healthService } from '@switchyard/protocol';
import type { DataPlane } from '../data-plane.ts';
import { unary } from './unary.ts';

type Watcher = ServerWritableStream<Buffer, Buffer>;
type ServingStatus = 1 | 2 | 3; // SERVING, NOT_SERVING, SERVICE_UNKNOWN

const interval = 500;

/** The gRPC health checking protocol: one state for the whole server, asked for by any of its services' names or by none. */
export function healthGrpc(plane: DataPlane, services: readonly string[]) {
  const watchers = new Map<Watcher, ServingStatus>();
  let timer: NodeJS.Timeout | undefined;

  const known = (name: string): boolean => name === '' || services.includes(name);
  const state = async (): Promise<ServingStatus> => ((await plane.ready()) === true ? 1 : 2);

  async function tell(): Promise<void> {
    const now = await state();
    for (const [watcher, last] of watchers) {
      if (last === now || last === 3) continue;
      watchers.set(watcher, now);
      watcher.write(encode(now));
    }
  }

  async function watch(call: Watcher): Promise<void> {
    call.on('cancelled', () => {
      watchers.delete(call);
      if (watchers.size === 0) stop();
    });
    watchers.set(call, 3);
    const first = known(serviceName(call.request)) ? await state() : 3;
    if (!watchers.has(call)) return;
    watchers.set(call, first);
    call.write(encode(first));
    timer ??= setInterval(() => void tell(), interval).unref();
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  const implementation: UntypedServiceImplementation = {
    Check: (call: ServerUnaryCall<Buffer, Buffer>, callback: Parameters<ReturnType<typeof unary>>[1]) => {
      const name = serviceName(call.request);
      if (!known(name)) callback({ code: status.NOT_FOUND, details: `there is no service "${name}" here` });
      else
        void state().then(
          (now) => callback(null, encode(now)),
          () => callback(null, encode(2)),
        );
    },
    Watch: (call: Watcher) => void watch(call),
  };

  /** Ends every watch with a last word: a stream that stays open would hold up a drain. */
  function end(): void {
    stop();
    for (const watcher of watchers.keys()) {
      watcher.write(encode(2));
      watcher.end();
    }
    watchers.clear();
  }

  return { definition: healthService, implementation, end };
}

/** HealthCheckResponse { status = 1 } */
const encode = (state: ServingStatus): Buffer => Buffer.from([0x08, state]);

/** HealthCheckRequest { service = 1 }, which is shorter than 128 bytes for every service that there is. */
function serviceName(request: Buffer): string {
  return request.length > 2 && request[0] === 0x0a ? request.toString('utf8', 2, 2 + (request[1] as number)) : '';
}
