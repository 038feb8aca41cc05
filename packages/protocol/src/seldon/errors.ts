import { errorTable, type InferenceError } from '../error.ts';

/** The body of an error as Seldon's wrapper gives it; its HTTP status is `error.http`. */
export function seldonErrorJson(error: InferenceError): Buffer {
  return Buffer.from(JSON.stringify({ status: { status: 1, info: error.message, code: -1, reason: errorTable[error.code].reason } }));
}
