import { UserError } from '@switchyard/config';

/** What kind of failure it is, for code that acts on it. */
export type ClusterErrorReason =
  | 'unreachable'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'unknown-kind'
  | 'conflict'
  | 'exists'
  | 'gone'
  | 'invalid'
  | 'overloaded'
  | 'other';

/** A call to the API server that failed, in words for a user. */
export class ClusterError extends UserError {
  override readonly name = 'ClusterError';
  readonly reason: ClusterErrorReason;
  /** HTTP's, where the API server answered. */
  readonly status: number | undefined;

  constructor(reason: ClusterErrorReason, message: string, options: { status?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    this.status = options.status;
  }
}

/** An API server that restarts or is overloaded: the same call may succeed later. */
export const isOutage = (error: unknown): boolean =>
  error instanceof ClusterError && (error.reason === 'unreachable' || (error.status ?? 0) >= 429);
