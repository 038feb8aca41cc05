import { encodeGrpcMessage, errorTable, grpcStatuses, type ErrorCode, type InferenceError } from '@switchyard/protocol';
import { acceptedEncodings } from './unpack.ts';

/** An error as the trailers that say it. */
export function trailersOf({ code, grpc, message }: InferenceError): Record<string, string> {
  const trailers: Record<string, string> = { 'grpc-status': String(grpc), 'grpc-message': encodeGrpcMessage(shortened(message)) };
  // When to try again, in the words of gRPC's retries, which clients follow by themselves where they are told to retry at all.
  if (code === 'RESOURCE_EXHAUSTED') trailers['grpc-retry-pushback-ms'] = '1000';
  if (code === 'UNIMPLEMENTED') trailers['grpc-accept-encoding'] = acceptedEncodings;
  return trailers;
}

/** Clients take 8 KiB of headers, and tell of an answer with more by another error than ours. */
const most = 2000;
const shortened = (message: string): string => (message.length > most ? `${message.slice(0, most)}…` : message);

const names = Object.fromEntries(
  Object.entries(errorTable).map(([code, { grpc }]) => [code, goName(grpcStatuses[grpc] as string)]),
) as Readonly<Record<ErrorCode, string>>;

/** The name that Go gives a status, which Seldon's dashboards know: `InvalidArgument`. */
export function codeName({ code }: InferenceError): string {
  return names[code];
}

function goName(status: string): string {
  return status.toLowerCase().replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
