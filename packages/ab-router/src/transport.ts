import { fitsHeader, type Call, type Feedback, type Message, type ModelMetadata } from '@switchyard/protocol';
import type { NotReady } from '@switchyard/server';
import type { UnitAccess } from './unit-access.ts';

/** The methods of Seldon's internal microservice API that take a message and answer with one. */
export type TransportMethod = 'predict' | 'transformInput' | 'transformOutput' | 'route';

/** A request under way, on its way to a unit. */
export type UnitCall = Call & {
  /** There is another unit that can answer in this one's place: who cannot be reached at once need not be waited for. */
  readonly hasty?: boolean;
};

/** A way to a unit that runs in a server of its own. Each throws InferenceErrors that name the unit and where it is. */
export type Transport = {
  send(method: TransportMethod, message: Message, call: UnitCall): Promise<Message>;
  aggregate(messages: readonly Message[], call: UnitCall): Promise<Message>;
  feedback(feedback: Feedback, call: Call): Promise<void>;
  metadata(): Promise<ModelMetadata | undefined>;
  ready(): Promise<true | NotReady>;
  close(): Promise<void>;
};

/** The unit that a transport leads to. */
export type Target = {
  readonly unit: string;
  /** `http://127.0.0.1:9000`, with TLS `https://127.0.0.1:9000`; or `127.0.0.1:5000`. */
  readonly address: string;
  /** The service of its gRPC methods. */
  readonly type: 'MODEL' | 'ROUTER' | 'COMBINER' | 'TRANSFORMER' | 'OUTPUT_TRANSFORMER' | 'UNKNOWN_TYPE';
};

export type TransportOptions = {
  readonly access: UnitAccess;
  /** The longest that one call may take. */
  readonly timeoutMs: number;
  /** Connections to one REST unit; more calls wait for one. */
  readonly maxConnections: number;
  /** Of an answer. */
  readonly maxBodyBytes: number;
  /** Told of each call when it has ended; `service` and `method` as in Seldon's metrics. */
  observe(service: string, method: string, code: string, seconds: number): void;
};

/** The longest that a connection may take. */
export const connectMs = 3000;

const ownHeaders = new Set([
  'accept-encoding', // an answer that passes through must not be compressed for somebody else
  'authorization', // it is for the router: a unit might use it elsewhere
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]);

/** The client's headers that are not about its own connection to us, the prediction's id, and what the unit is shown. */
export function forwardedHeaders(call: Call, access: UnitAccess): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name in call.headers) if (!ownHeaders.has(name)) headers[name] = call.headers[name] as string;
  if (fitsHeader(call.id)) headers['seldon-puid'] = call.id; // one that is not came in the message, and goes on in it
  const authorization = access.authorization(call.headers);
  if (authorization !== undefined) headers['authorization'] = authorization;
  return headers;
}

/** The headers of what a router asks by itself. */
export function shown(access: UnitAccess): Record<string, string> {
  const authorization = access.authorization({});
  return authorization === undefined ? {} : { authorization };
}
