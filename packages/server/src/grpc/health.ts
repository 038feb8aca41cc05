import { status, type handleUnaryCall, type ServerWritableStream } from '@grpc/grpc-js';
import { decodeHealthCheck, encodeHealthCheck, encodeHealthList, healthService, type HealthStatus } from '@switchyard/protocol';
import type { DataPlane } from '../data-plane.ts';
import type { Service } from './seldon.ts';

type Watcher = ServerWritableStream<Buffer, Buffer>;

const interval = 500;

/**
 * The gRPC health checking protocol: one state for the whole server, asked for by the name of any of its services or by none. `end` ends
 * every watch with a last word: a stream that stays open would hold up a drain.
 */
export function healthGrpc(plane: DataPlane, services: readonly string[]): Service & { end(): void } {
  const watchers = new Map<Watcher, HealthStatus>();
  let timer: NodeJS.Timeout | undefined;

  const known = (service: string): boolean => service === '' || services.includes(service);
  const state = async (): Promise<HealthStatus> => ((await plane.ready().catch(() => undefined)) === true ? 'SERVING' : 'NOT_SERVING');

  async function tell(): Promise<void> {
    const now = await state();
    for (const [watcher, last] of watchers) {
      if (last === now || last === 'SERVICE_UNKNOWN') continue;
      watchers.set(watcher, now);
      watcher.write(encodeHealthCheck(now));
    }
  }

  async function watch(call: Watcher): Promise<void> {
    call.on('cancelled', () => {
      watchers.delete(call);
      if (watchers.size === 0) stop();
    });
    watchers.set(call, 'SERVICE_UNKNOWN');
    const first = known(serviceOf(call.request)) ? await state() : 'SERVICE_UNKNOWN';
    if (!watchers.has(call)) return;
    watchers.set(call, first);
    call.write(encodeHealthCheck(first));
    timer ??= setInterval(() => void tell(), interval).unref();
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  const check: handleUnaryCall<Buffer, Buffer> = (call, callback) => {
    const service = serviceOf(call.request);
    if (known(service)) void state().then((now) => callback(null, encodeHealthCheck(now)));
    else callback({ code: status.NOT_FOUND, details: `there is no service "${service}" here` });
  };
  const list: handleUnaryCall<Buffer, Buffer> = (_call, callback) =>
    void state().then((now) => callback(null, encodeHealthList(Object.fromEntries(['', ...services].map((service) => [service, now])))));

  return {
    definition: healthService,
    implementation: { Check: check, List: list, Watch: (call: Watcher) => void watch(call) },
    end() {
      stop();
      for (const watcher of watchers.keys()) {
        watcher.write(encodeHealthCheck('NOT_SERVING'));
        watcher.end();
      }
      watchers.clear();
    },
  };
}

/** Bytes that are no request name no service that there is; what throws here would end the process. */
function serviceOf(request: Buffer): string {
  try {
    return decodeHealthCheck(request).service;
  } catch {
    return '(unreadable)';
  }
}
