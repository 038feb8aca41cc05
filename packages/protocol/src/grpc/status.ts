/** The statuses of gRPC, by their numbers. */
export const grpcStatuses = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

export type GrpcStatus = (typeof grpcStatuses)[number];

export const grpcNumber = (status: GrpcStatus): number => grpcStatuses.indexOf(status);

/** The status that an HTTP status stands for where a proxy answered in the place of a gRPC server (gRPC: HTTP to gRPC status code mapping). */
export function grpcOfHttp(http: number): GrpcStatus {
  return httpStatuses[http] ?? 'UNKNOWN';
}

const httpStatuses: Readonly<Record<number, GrpcStatus>> = {
  400: 'INTERNAL',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'UNIMPLEMENTED',
  429: 'UNAVAILABLE',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'UNAVAILABLE',
};

/** `grpc-message` as it was before it was percent-encoded; text that is not is left as it is. */
export function decodeGrpcMessage(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Text as `grpc-message` carries it: percent-encoded where it is no printable ASCII. */
export function encodeGrpcMessage(text: string): string {
  return plain.test(text) ? text : text.toWellFormed().replace(/[^ -$&-~]+/g, encodeURIComponent);
}

const plain = /^[ -$&-~]*$/;
