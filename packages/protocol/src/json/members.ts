import { InferenceError } from '../error.ts';
import { asBuffer } from '../raw.ts';

/** A part of a byte buffer: from `start` up to, not including, `end`. */
export type Span = { readonly start: number; readonly end: number };

/** A member of a JSON object: its name, where its value stands, and where its name begins. */
export type Member = Span & { readonly name: string; readonly nameStart: number };

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Where the top-level members of a JSON object stand, in their order, without parsing their values: nesting and strings are followed, so the
 * spans of valid JSON are exact; whether a value itself is valid is left to whoever parses it.
 *
 *     members(Buffer.from('{"meta":{},"data":[1]}'))   // [{ name: 'meta', nameStart: 1, start: 8, end: 10 }, { name: 'data', … }]
 *
 * @throws InferenceError INVALID_ARGUMENT with the position where the bytes are not an object.
 */
export function members(bytes: Uint8Array): Member[] {
  const found: Member[] = [];
  let at = expect(bytes, skipBlanks(bytes, 0), OPEN_OBJECT);
  at = skipBlanks(bytes, at);
  if (bytes[at] === CLOSE_OBJECT) return finish(bytes, at + 1, found);
  for (;;) {
    const nameStart = skipBlanks(bytes, at);
    if (bytes[nameStart] !== QUOTE) fail(bytes, nameStart, 'a member name in quotes');
    const nameEnd = skipString(bytes, nameStart);
    at = expect(bytes, skipBlanks(bytes, nameEnd), COLON);
    const start = skipBlanks(bytes, at);
    const end = skipValue(bytes, start);
    found.push({ name: nameOf(bytes, nameStart, nameEnd), nameStart, start, end });
    at = skipBlanks(bytes, end);
    if (bytes[at] === CLOSE_OBJECT) return finish(bytes, at + 1, found);
    at = expect(bytes, at, COMMA, 'or "}"');
  }
}

/**
 * Where the elements of a JSON array stand, without parsing them.
 * @throws InferenceError INVALID_ARGUMENT with the position where the bytes are not an array.
 */
export function elements(bytes: Uint8Array): Span[] {
  const found: Span[] = [];
  let at = expect(bytes, skipBlanks(bytes, 0), OPEN_LIST);
  at = skipBlanks(bytes, at);
  if (bytes[at] === CLOSE_LIST) return finish(bytes, at + 1, found);
  for (;;) {
    const start = skipBlanks(bytes, at);
    const end = skipValue(bytes, start);
    found.push({ start, end });
    at = skipBlanks(bytes, end);
    if (bytes[at] === CLOSE_LIST) return finish(bytes, at + 1, found);
    at = expect(bytes, at, COMMA, 'or "]"');
  }
}

/** The first byte that is not blank. */
export function skipBlanks(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let byte = bytes[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = bytes[at]) at++;
  return at;
}

function nameOf(bytes: Uint8Array, start: number, end: number): string {
  const plain = asBuffer(bytes).toString('latin1', start + 1, end - 1);
  if (/^[ -[\]-~]*$/.test(plain)) return plain;
  const text = new TextDecoder().decode(bytes.subarray(start, end));
  try {
    return JSON.parse(text) as string;
  } catch (cause) {
    throw new InferenceError('INVALID_ARGUMENT', `not valid JSON: ${text} at position ${start} is not a member name`, { cause });
  }
}

/** After the string that begins at `from`. */
function skipString(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    at = bytes.indexOf(QUOTE, at + 1);
    if (at < 0) fail(bytes, bytes.length, `the end of the string that begins at position ${from}`);
    let slashes = 0;
    while (bytes[at - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
}

/** After the value that begins at `from`. Brackets are counted, each kind with the other: a mismatch is found by whoever parses the value. */
function skipValue(bytes: Uint8Array, from: number): number {
  const first = bytes[from];
  if (first === QUOTE) return skipString(bytes, from);
  if (first !== OPEN_OBJECT && first !== OPEN_LIST) return skipWord(bytes, from);
  let depth = 0;
  let at = from;
  const length = bytes.length;
  while (at < length) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = skipString(bytes, at);
      continue;
    }
    at++;
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++;
    else if ((byte === CLOSE_OBJECT || byte === CLOSE_LIST) && --depth === 0) return at;
  }
  return fail(bytes, length, `the end of the value that begins at position ${from}`);
}

/** After a number, `true`, `false` or `null`. */
function skipWord(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let byte = bytes[at]; byte !== undefined && /[-+.0-9A-Za-z]/.test(String.fromCharCode(byte)); byte = bytes[at]) at++;
  return at === from ? fail(bytes, from, 'a value') : at;
}

function expect(bytes: Uint8Array, at: number, byte: number, or = ''): number {
  if (bytes[at] !== byte) fail(bytes, at, [`"${String.fromCharCode(byte)}"`, or].join(' ').trim());
  return at + 1;
}

function finish<T>(bytes: Uint8Array, at: number, found: T): T {
  const end = skipBlanks(bytes, at);
  if (end < bytes.length) fail(bytes, end, 'the end');
  return found;
}

function fail(bytes: Uint8Array, at: number, expected: string): never {
  const there = at < bytes.length ? `"${new TextDecoder().decode(bytes.subarray(at, at + 4)).slice(0, 1)}"` : 'the end';
  throw new InferenceError('INVALID_ARGUMENT', `not valid JSON: ${there} at position ${at}, where ${expected} was expected`);
}
