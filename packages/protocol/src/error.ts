/**
 * The one table of errors: what it is called here, its HTTP status, its gRPC status.
 * `reason` is the word that Seldon clients read in `status.reason`.
 */
export const errorTable = {
  INVALID_ARGUMENT: { http: 400, grpc: 3, reason: 'MICROSERVICE_BAD_DATA' },
  UNAUTHENTICATED: { http: 401, grpc: 16, reason: 'UNAUTHENTICATED' },
  PERMISSION_DENIED: { http: 403, grpc: 7, reason: 'PERMISSION_DENIED' },
  NOT_FOUND: { http: 404, grpc: 5, reason: 'NOT_FOUND' },
  METHOD_NOT_ALLOWED: { http: 405, grpc: 12, reason: 'METHOD_NOT_ALLOWED' },
  FAILED_PRECONDITION: { http: 409, grpc: 9, reason: 'FAILED_PRECONDITION' },
  PAYLOAD_TOO_LARGE: { http: 413, grpc: 8, reason: 'PAYLOAD_TOO_LARGE' },
  UNSUPPORTED_MEDIA_TYPE: { http: 415, grpc: 3, reason: 'UNSUPPORTED_MEDIA_TYPE' },
  RESOURCE_EXHAUSTED: { http: 429, grpc: 8, reason: 'RESOURCE_EXHAUSTED' },
  CANCELLED: { http: 499, grpc: 1, reason: 'CANCELLED' },
  INTERNAL: { http: 500, grpc: 13, reason: 'MICROSERVICE_INTERNAL_ERROR' },
  UNIMPLEMENTED: { http: 501, grpc: 12, reason: 'UNIMPLEMENTED' },
  UNAVAILABLE: { http: 503, grpc: 14, reason: 'UNAVAILABLE' },
  DEADLINE_EXCEEDED: { http: 504, grpc: 4, reason: 'DEADLINE_EXCEEDED' },
} as const;

export type ErrorCode = keyof typeof errorTable;

/**
 * The one error of the data plane. Its message is for the client: it names the thing, the value and the limit.
 * What caused it stays here, for the log, and never goes on the wire.
 *
 *     throw new InferenceError('INVALID_ARGUMENT', `tensor "x" has 783 columns; the model wants 784`);
 */
export class InferenceError extends Error {
  readonly code: ErrorCode;
  /** Passed on from another server: the status and body it answered with, to be given to the client as they are. */
  readonly upstream: { readonly status: number; readonly contentType: string; readonly body: Uint8Array } | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptions & { upstream?: InferenceError['upstream'] } = {}) {
    super(message, options);
    this.name = 'InferenceError';
    this.code = code;
    this.upstream = options.upstream;
  }

  get http(): number {
    return errorTable[this.code].http;
  }

  get grpc(): number {
    return errorTable[this.code].grpc;
  }

  /** Anything that was thrown, as an InferenceError; what is not one already is INTERNAL, its own words kept as the cause. */
  static from(thrown: unknown): InferenceError {
    if (thrown instanceof InferenceError) return thrown;
    return new InferenceError('INTERNAL', 'the server failed to answer this request; its log says why', { cause: thrown });
  }

  /** The code that a gRPC status stands for. */
  static codeOfGrpc(status: number): ErrorCode {
    const found = (Object.keys(errorTable) as ErrorCode[]).find((code) => errorTable[code].grpc === status);
    return status === 8 ? 'RESOURCE_EXHAUSTED' : status === 12 ? 'UNIMPLEMENTED' : (found ?? 'INTERNAL');
  }

  /** The code that an HTTP status stands for. */
  static codeOfHttp(status: number): ErrorCode {
    const found = (Object.keys(errorTable) as ErrorCode[]).find((code) => errorTable[code].http === status);
    return found ?? (status >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT');
  }
}
