import type { InferenceError } from '@switchyard/protocol';
import type { LogEntry, RequestLog } from './request-log/request-log.ts';
import type { LogMode } from './request-log/request-log-settings.ts';

/** Follows one request that predicts or rewards, from its head to its answer. */
export type Watch = {
  /** The prediction's id, as soon as it is known. */
  identify(id: string): void;
  /** The version of the model that answers, where it has one. */
  served?(model: string, version: string | undefined): void;
  /** The request's headers, as they are to be for the servers that are asked on its behalf. */
  passOn?(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
  /** The body as it came, unpacked. */
  asked(body: Uint8Array, contentType: string): void;
  /** The body as it goes, before it is packed. */
  answered(body: string | Uint8Array, headers: Readonly<Record<string, string>>): void;
  failed(error: InferenceError): void;
};

/** The head of a request. */
export type Asked = {
  /** The path of REST without the deployment's prefix, or gRPC's full method. */
  readonly path: string;
  /** Only of REST: its method, and the path as it came. */
  readonly http?: { readonly method: string; readonly path: string; readonly scheme: 'http' | 'https' };
  /** `predictions` or `feedback`. */
  readonly service: string;
  /** Lower-case. */
  readonly headers: Readonly<Record<string, unknown>>;
};

/** Begins to watch a request. */
export type Watcher = (asked: Asked) => Watch;

/** One watcher that tells all of them; undefined where there is none. */
export function joinWatchers(watchers: readonly (Watcher | undefined)[]): Watcher | undefined {
  const all = watchers.filter((each) => each !== undefined);
  if (all.length < 2) return all[0];
  return (asked) => {
    const watches = all.map((watcher) => watcher(asked));
    return {
      identify: (id) => watches.forEach((each) => each.identify(id)),
      served: (model, version) => watches.forEach((each) => each.served?.(model, version)),
      passOn: (headers) => watches.reduce((passed, each) => each.passOn?.(passed) ?? passed, headers),
      asked: (body, contentType) => watches.forEach((each) => each.asked(body, contentType)),
      answered: (body, headers) => watches.forEach((each) => each.answered(body, headers)),
      failed: (error) => watches.forEach((each) => each.failed(error)),
    };
  };
}

const jsonLength = 'inference-header-content-length';

/** A watcher that logs what comes in and goes out under the name of one unit. Of a request that fails, only the request is logged. */
export function logWatcher(log: RequestLog, mode: LogMode, unit: string): Watcher {
  return ({ path, service, headers }) => {
    const common = { unit, protocol: protocolOf(path), traceparent: text(headers['traceparent']) };
    const time = Date.now();
    let id = text(headers['seldon-puid']) ?? '';
    let request: Pick<LogEntry, 'data' | 'contentType'> | undefined;

    function logRequest(): void {
      if (request === undefined || mode === 'response') return;
      const kind = service === 'feedback' ? 'feedback' : 'request';
      log.add({ ...common, ...request, id, kind, time, headerLength: text(headers[jsonLength]) });
    }

    return {
      identify: (known) => void (id = known),
      asked: (data, contentType) => void (request = { data, contentType }),
      answered(data, { 'content-type': contentType = '', ...answer }) {
        if (!log.wants(id, headers)) return;
        logRequest();
        if (service === 'feedback' || mode === 'request') return;
        log.add({ ...common, id, kind: 'response', time: Date.now(), contentType, data, headerLength: answer[jsonLength] });
      },
      failed() {
        if (log.wants(id, headers)) logRequest();
      },
    };
  };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** The name of a protocol as Seldon has it in a deployment's `protocol`. */
function protocolOf(path: string): string {
  if (path.startsWith('/v2/') || path.startsWith('/inference.')) return 'v2';
  if (path.startsWith('/v1/')) return 'tensorflow';
  return path === '/invocations' ? 'mlflow' : 'seldon';
}
