import { InferenceError } from '../error.ts';

/** Of JSON that is kept as it is; what protobuf's decoders take at most, too. */
const deepest = 100;

/**
 * JSON that can be written again, as JSON and as protobuf, which each recurse: not nested too deep, and without the infinities that `JSON.parse`
 * makes of 1e999.
 * @throws InferenceError INVALID_ARGUMENT
 */
export function plainJson<T>(json: T, what: string): T {
  let level: unknown[] = [json];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) throw new InferenceError('INVALID_ARGUMENT', `${what} is nested more than ${deepest} levels deep`);
    const bad = level.find((value) => typeof value === 'number' && !Number.isFinite(value));
    if (bad !== undefined) throw new InferenceError('INVALID_ARGUMENT', `${what} holds ${bad}, a number beyond what a double can hold`);
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return json;
}
