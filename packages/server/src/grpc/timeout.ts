import { InferenceError } from '@switchyard/protocol';

/** Of the units of `grpc-timeout`, milliseconds. */
const units: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/**
 * How long a client waits for its answer, in milliseconds, by its header `grpc-timeout`. No header, no limit.
 * @throws InferenceError INVALID_ARGUMENT for what is not one to eight digits and a unit
 */
export function timeoutOf(header: string | string[] | undefined): number {
  if (header === undefined) return Infinity;
  const [, digits, unit] = /^([0-9]{1,8})([HMSmun])$/.exec(String(header)) ?? [];
  if (digits !== undefined && unit !== undefined) return Number(digits) * (units[unit] as number);
  throw new InferenceError('INVALID_ARGUMENT', `grpc-timeout "${String(header)}" is not one to eight digits and one of H, M, S, m, u, n`);
}
