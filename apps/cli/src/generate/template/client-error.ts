/**
 * `INVALID_INPUT`: never sent. `SIGNATURE_CHANGED`: the server's model is not the one that this file was made from. `REFUSED`, `OVERLOADED`,
 * `UNAVAILABLE`, `FAILED`: by its status. `UNREACHABLE`: no answer began. `BAD_ANSWER`: it broke off, or is not what the protocol says.
 */
export type ErrorCode =
  | 'INVALID_INPUT'
  | 'SIGNATURE_CHANGED'
  | 'REFUSED'
  | 'OVERLOADED'
  | 'UNAVAILABLE'
  | 'FAILED'
  | 'UNREACHABLE'
  | 'TIMEOUT'
  | 'ABORTED'
  | 'BAD_ANSWER';

/** All that a client throws. */
export class ClientError extends Error {
  readonly code: ErrorCode;
  /** Of HTTP, where there was an answer. */
  readonly status: number | undefined;
  /** By which the server's log has it. */
  readonly requestId: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    more: { status?: number | undefined; requestId?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'ClientError';
    this.code = code;
    this.status = more.status;
    this.requestId = more.requestId;
  }
}
