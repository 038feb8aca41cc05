import { parseTraceparent } from './trace-context.ts';

/** By what a line of the log is found: the trace, under OpenTelemetry's name for it, and the client's own id of the request. */
export type LogIds = { readonly trace_id?: string; readonly puid?: string };

/** @param headers of HTTP or metadata of gRPC, lower-case */
export function logIds(headers: Readonly<Record<string, unknown>>): LogIds {
  const { traceparent, 'seldon-puid': puid } = headers;
  const trace = typeof traceparent === 'string' ? parseTraceparent(traceparent) : undefined;
  return { ...(trace && { trace_id: trace.traceId }), ...(typeof puid === 'string' && puid !== '' && { puid }) };
}
