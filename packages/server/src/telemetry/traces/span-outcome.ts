import { grpcStatuses, InferenceError } from '@switchyard/protocol';
import type { Attributes, Span } from './span.ts';

export type SpanOutcome = { readonly attributes: Attributes; readonly error?: string };

const longest = 512;
/** Statuses of gRPC by which a server says that the fault is its own. */
const faults = new Set<string>(['UNKNOWN', 'DEADLINE_EXCEEDED', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS']);

/** How a span ended, in the words of OpenTelemetry's semantic conventions (1.45) for HTTP and RPC. */
export function outcomeOf(kind: Span['kind'], protocol: 'http' | 'grpc', error: InferenceError | undefined): SpanOutcome {
  return protocol === 'http' ? ofHttp(kind, error) : ofGrpc(kind, error);
}

function ofHttp(kind: Span['kind'], error: InferenceError | undefined): SpanOutcome {
  if (error === undefined) return { attributes: { 'http.response.status_code': 200 } };
  const answered = error.upstream?.status ?? (kind === 'server' ? error.http : undefined);
  const failed = kind === 'server' ? (answered ?? 500) >= 500 : true;
  if (!failed) return { attributes: { 'http.response.status_code': answered } };
  const type = answered === undefined ? error.code : String(answered);
  return { attributes: { 'http.response.status_code': answered, 'error.type': type }, error: error.message.slice(0, longest) };
}

function ofGrpc(kind: Span['kind'], error: InferenceError | undefined): SpanOutcome {
  if (error === undefined) return { attributes: { 'rpc.response.status_code': 'OK' } };
  const name = grpcStatuses[error.grpc] ?? 'UNKNOWN';
  const attributes = { 'rpc.response.status_code': name };
  if (kind === 'server' && !faults.has(name)) return { attributes };
  return { attributes: { ...attributes, 'error.type': name }, error: error.message.slice(0, longest) };
}
