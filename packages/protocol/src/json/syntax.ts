import { isAscii } from 'node:buffer';
import { InferenceError } from '../error.ts';
import { isMisread, parseByName } from './escaped-names.ts';
import { firstError } from './first-error.ts';
import { asBuffer } from '../raw.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * `JSON.parse` of bytes, which must be UTF-8.
 * @throws InferenceError INVALID_ARGUMENT that names `what`, the position of the first offending character and what stood there.
 */
export function parseJson(bytes: Uint8Array, what: string, reviver?: Reviver): unknown {
  const text = textOf(bytes, what);
  try {
    const value: unknown = reviver ? JSON.parse(text, reviver as (key: string, value: unknown) => unknown) : JSON.parse(text);
    return isMisread(text) ? parseByName(bytes, reviver) : value;
  } catch (cause) {
    throw new InferenceError('INVALID_ARGUMENT', `${what} is not valid JSON: ${explain(text)}`, { cause });
  }
}

function textOf(bytes: Uint8Array, what: string): string {
  if (isAscii(bytes)) return asBuffer(bytes).toString('latin1'); // a copy, where UTF-8 must be decoded
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new InferenceError('INVALID_ARGUMENT', `${what} is not UTF-8 text`, { cause });
  }
}

/** `context.source` is the text of a primitive value as it was written: ES2026, in Node from 21 on. */
export type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** What is wrong with a text that `JSON.parse` refused. Engines say this each in their own words, some without a position. */
function explain(text: string): string {
  const at = firstError(text);
  if (at >= text.length) return `it ends too early, after ${text.length} characters`;
  const word = /^(?:NaN|-?Infinity)/.exec(text.slice(at, at + 9))?.[0];
  if (word) return `${word} at position ${at} is not a number in JSON`;
  return `unexpected ${JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0))} at position ${at}`;
}
