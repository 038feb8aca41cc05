import { InferenceError } from '../error.ts';
import { isList, type List } from './number-list.ts';

export type Json = Readonly<Record<string, unknown>>;

/** @throws InferenceError INVALID_ARGUMENT, as all here, naming `what` and the value. */
export function asObject(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !isList(value)) return value as Json;
  throw refuse(what, value, 'an object');
}

export function asArray(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw refuse(what, value, 'a list');
}

/** Of a place where `parseWithNumbers` looks for numbers. */
export function asList(value: unknown, what: string): List {
  if (isList(value)) return value;
  throw refuse(what, value, 'a list');
}

export function asString(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  throw refuse(what, value, 'a string');
}

/** Standard or URL-safe, padded or not. */
export function fromBase64(value: unknown, what: string): Uint8Array {
  const text = asString(value, what);
  const unpadded = text.replace(/={1,2}$/, '');
  if (/^[A-Za-z0-9+/_-]*$/.test(unpadded) && unpadded.length % 4 !== 1) return Buffer.from(unpadded, 'base64');
  throw new InferenceError('INVALID_ARGUMENT', `${what} is not base64`);
}

export function refuse(what: string, value: unknown, expected: string): InferenceError {
  return new InferenceError('INVALID_ARGUMENT', `${what} is ${describe(value)}, not ${expected}`);
}

/** A value, as short as an error message wants it. */
export function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (isList(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
