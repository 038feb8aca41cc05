import {
  decodeHealthCheck,
  encodeHealthCheck,
  encodeHealthList,
  healthService,
  InferenceError,
  type HealthStatus,
} from '@switchyard/protocol';
import type { DataPlane } from '../data-plane.ts';
import type { Call } from './call.ts';
import { open } from './open.ts';
import type { Service } from './seldon.ts';

const interval = 500;

/**
 * The gRPC health checking protocol: one state for the whole server, asked for by the name of any of its services or by none. `end` ends
 * every watch with a last word: a stream that stays open would hold up a drain.
 */
export function healthGrpc(plane: DataPlane, services: readonly string[]): Service & { end(): void } {
  const watchers = new Map<Call, HealthStatus>();
  let timer: NodeJS.Timeout | undefined;

  const known = (service: string): boolean => service === '' || services.includes(service);
  const state = async (): Promise<HealthStatus> => ((await plane.ready().catch(() => undefined)) === true ? 'SERVING' : 'NOT_SERVING');

  async function tell(): Promise<void> {
    const now = await state();
    for (const [watcher, last] of watchers) {
      if (last === now || last === 'SERVICE_UNKNOWN' || watcher.stuck) continue; // who does not read is told what holds when it reads again
      watchers.set(watcher, now);
      say(watcher, now);
    }
  }

  async function watch(request: Buffer, call: Call): Promise<void> {
    call.onGone(() => {
      watchers.delete(call);
      if (watchers.size === 0) stop();
    });
    watchers.set(call, 'SERVICE_UNKNOWN');
    const first = known(serviceOf(request)) ? await state() : 'SERVICE_UNKNOWN';
    if (!watchers.has(call)) return;
    watchers.set(call, first);
    say(call, first);
    timer ??= setInterval(() => void tell(), interval).unref();
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  async function check(request: Buffer): Promise<Uint8Array> {
    const service = serviceOf(request);
    if (!known(service)) throw new InferenceError('NOT_FOUND', `there is no service "${service}" here`);
    return encodeHealthCheck(await state());
  }

  async function list(): Promise<Uint8Array> {
    const now = await state();
    return encodeHealthList(Object.fromEntries(['', ...services].map((service) => [service, now])));
  }

  return {
    definition: healthService,
    implementation: { Check: open(check), List: open(list), Watch: open(watch) },
    end() {
      stop();
      for (const watcher of watchers.keys()) {
        say(watcher, 'NOT_SERVING');
        watcher.end();
      }
      watchers.clear();
    },
  };
}

/** One that is gone need not be told. */
function say(watcher: Call, state: HealthStatus): void {
  watcher.write(encodeHealthCheck(state)).catch(() => {});
}

/** Bytes that are no request name no service that there is. */
function serviceOf(request: Buffer): string {
  try {
    return decodeHealthCheck(request).service;
  } catch {
    return '(unreadable)';
  }
}
