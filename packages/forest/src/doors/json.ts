import { ForestError } from '../error.ts';

export type Json = { readonly [key: string]: unknown };

/** An object of a file that somebody else wrote. @throws ForestError that says what is wrong where */
export function object(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new ForestError(`${what} is ${kindOf(value)}; an object is expected`);
}

export function list(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new ForestError(`${what} is ${kindOf(value)}; a list is expected`);
}

export function number(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new ForestError(`${what} is ${kindOf(value)}; a finite number is expected`);
}

/** A whole number from `least` to `most`. */
export function whole(value: unknown, what: string, least: number, most: number): number {
  const given = number(value, what);
  if (Number.isInteger(given) && given >= least && given <= most) return given;
  throw new ForestError(`${what} is ${given}; a whole number from ${least} to ${most} is expected`);
}

export const numbers = (value: unknown, what: string): number[] => list(value, what).map((each, i) => number(each, `${what}[${i}]`));

const kindOf = (value: unknown): string =>
  value === undefined
    ? 'not there'
    : typeof value === 'number' || typeof value === 'string'
      ? JSON.stringify(value)
      : Array.isArray(value)
        ? 'a list'
        : String(value);
