import { InferenceError, type CallSignal, type ErrorCode } from '@switchyard/protocol';
import type { Target } from './transport.ts';

/**
 * Why a unit did not answer: `unreached`, it was never given the request; `not_ready`, it said so in place of an answer; `broke_off`, it was
 * given the request, and went before a byte of its answer came; `timed_out`.
 */
export type Absence = 'unreached' | 'not_ready' | 'broke_off' | 'timed_out';

const absences = new WeakMap<InferenceError, Absence>();

/** Marks an error as one of a unit that did not answer. */
export function absent(error: InferenceError, absence: Absence): InferenceError {
  absences.set(error, absence);
  return error;
}

/** Undefined: the unit answered, or began to. */
export function absenceOf(error: unknown): Absence | undefined {
  return error instanceof InferenceError ? absences.get(error) : undefined;
}

const where = ({ unit, address }: Target): string => `unit "${unit}" at ${address}`;

/** A unit's own error, to be given to the client with the status and the body that it came with. */
export function refusedBy(target: Target, status: number, contentType: string, body: Uint8Array): InferenceError {
  const said = infoOf(body);
  return new InferenceError(InferenceError.codeOfHttp(status), `${where(target)} answered ${status}${said ? `: ${said}` : ''}`, {
    upstream: { status, contentType, body },
  });
}

/** The words in an error's body: Seldon's `status.info`, the Open Inference Protocol's `error`, else what text there is. */
function infoOf(body: Uint8Array): string {
  const text = Buffer.from(body.subarray(0, 4096)).toString();
  try {
    const { status, error, info } = JSON.parse(text) as { status?: { info?: unknown }; error?: unknown; info?: unknown };
    return [status?.info, error, info].find((each) => typeof each === 'string') ?? '';
  } catch {
    return text.split('\n', 1)[0]?.slice(0, 200) ?? '';
  }
}

/** No answer came: the unit cannot be reached, took too long, or broke off. */
export function unanswered(target: Target, code: ErrorCode, reason: string, cause: unknown): InferenceError {
  return new InferenceError(code, `${where(target)} ${reason}`, { cause });
}

/** A unit does not let the router in: nothing that the client could mend by other credentials. */
export function notLetIn(target: Target, status: number | string): InferenceError {
  return new InferenceError('INTERNAL', `${where(target)} does not take the credentials of --unit-token-file: it answered ${status}`);
}

/** An answer came that cannot be read. */
export function unreadable(target: Target, cause: unknown): InferenceError {
  return new InferenceError('INTERNAL', `${where(target)} answered what is not a Seldon message: ${(cause as Error).message}`, { cause });
}

/** The client is gone or its time is up; whoever aborted may have said which. */
export function aborted(signal: CallSignal): InferenceError {
  return signal.reason instanceof InferenceError ? signal.reason : new InferenceError('CANCELLED', 'the request was cancelled');
}
