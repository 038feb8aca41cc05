import { asBuffer } from '../raw.ts';
import type { Reviver } from './syntax.ts';

/**
 * A reviver for `JSON.parse` that gives integers beyond 2^53 as BigInt, exact, and all else as it is. It makes parsing several times slower:
 * use it only on a text that is known to hold such a number.
 */
export const exactIntegers: Reviver = (_key, value, { source }) => {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) return value;
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
};

const raw = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

/** A reviver that keeps each number as it was written, for `JSON.stringify` to write it so again: 1.0 stays 1.0, and any integer stays itself. */
export const numbersAsWritten: Reviver = (_key, value, { source }) => {
  return typeof value === 'number' && source !== undefined && String(value) !== source ? raw(source) : value;
};

/** Whether a number stands in JSON that `JSON.parse` and `JSON.stringify` may write otherwise: what the reviver is for. It may be a false alarm. */
export function mayLoseNumbers(json: Uint8Array): boolean {
  return oddNumber.test(asBuffer(json).toString('latin1'));
}

const oddNumber = /[:[,]\s*-?(?:0(?<=-0)|\d+[.eE][-+.\deE]*|\d{16,})\s*[,\]}]/;
