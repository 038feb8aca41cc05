import { InferenceError } from '../error.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * `JSON.parse` of bytes.
 * @throws InferenceError INVALID_ARGUMENT that names `what`, the position of the first offending character and what stood there.
 */
export function parseJson(bytes: Uint8Array, what: string, reviver?: Reviver): unknown {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch (cause) {
    throw new InferenceError('INVALID_ARGUMENT', `${what} is not UTF-8 text`, { cause });
  }
  return parseJsonText(text, what, reviver);
}

/** As `parseJson`, of text. */
export function parseJsonText(text: string, what: string, reviver?: Reviver): unknown {
  try {
    return reviver ? JSON.parse(text, reviver as (key: string, value: unknown) => unknown) : JSON.parse(text);
  } catch (cause) {
    throw new InferenceError('INVALID_ARGUMENT', `${what} is not valid JSON: ${explain(text)}`, { cause });
  }
}

/** `context.source` is the text of a primitive value as it was written: ES2026, in Node from 21 on. */
export type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** What is wrong with a text that `JSON.parse` refused. Engines say this each in their own words, some without a position. */
function explain(text: string): string {
  const at = firstError(text);
  if (at >= text.length) return `it ends too early, after ${text.length} characters`;
  const word = /^-?(?:NaN|Infinity)\b/.exec(text.slice(at, at + 10))?.[0] ?? /^-?(?:NaN|Infinity)\b/.exec(text.slice(at - 1, at + 10))?.[0];
  if (word) return `${word} at position ${at} is not a number in JSON`;
  return `unexpected ${JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0))} at position ${at}`;
}

// oxlint-disable-next-line no-control-regex -- just these are what JSON forbids in a string
const token =
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;
const blanks = /[ \t\n\r]*/y;

/** Position of the first token that JSON's grammar does not allow there; `text.length` where the text ends too early. */
function firstError(text: string): number {
  const open: string[] = [];
  let expected = 'value';
  let position = 0;
  for (;;) {
    blanks.lastIndex = position;
    blanks.test(text);
    const start = blanks.lastIndex;
    if (start >= text.length) return start;
    token.lastIndex = start;
    const match = token.exec(text);
    if (!match) return start;
    const next = step(expected, match, open);
    if (next === undefined) return start;
    expected = next;
    position = token.lastIndex;
  }
}

/** The state after a token, or undefined where the token may not come. `open` holds the brackets that are not closed yet. */
function step(expected: string, [, mark, string]: RegExpExecArray, open: string[]): string | undefined {
  const wantsValue = expected === 'value' || expected === 'value or ]';
  if (mark === '{' || mark === '[') {
    if (!wantsValue) return undefined;
    open.push(mark);
    return mark === '{' ? 'key or }' : 'value or ]';
  }
  if (mark === '}' || mark === ']') {
    const allowed = expected === 'after value' || expected === (mark === '}' ? 'key or }' : 'value or ]');
    if (!allowed || open.pop() !== (mark === '}' ? '{' : '[')) return undefined;
    return open.length > 0 ? 'after value' : 'end';
  }
  if (mark === ',') return expected !== 'after value' ? undefined : open.at(-1) === '{' ? 'key' : 'value';
  if (mark === ':') return expected === 'colon' ? 'value' : undefined;
  if (expected === 'key' || expected === 'key or }') return string === undefined ? undefined : 'colon';
  if (!wantsValue) return undefined;
  return open.length > 0 ? 'after value' : 'end';
}
