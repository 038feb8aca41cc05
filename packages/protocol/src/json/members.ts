import { InferenceError } from '../error.ts';
import { asBuffer } from '../raw.ts';

/** A part of a byte buffer: from `start` up to, not including, `end`. */
export type Span = { readonly start: number; readonly end: number };

/** A member of a JSON object: its name, and where its value stands. */
export type Member = Span & { readonly name: string };

/**
 * Where the top-level members of a JSON object stand, in their order, without parsing their values: nesting and strings are followed, so the
 * spans of valid JSON are exact; whether a value itself is valid is left to whoever parses it.
 *
 *     members(Buffer.from('{"meta":{},"data":[1]}'))   // [{ name: 'meta', start: 8, end: 10 }, { name: 'data', … }]
 *
 * @throws InferenceError INVALID_ARGUMENT with the position where the bytes are not an object.
 */
export function members(bytes: Uint8Array): Member[] {
  const text = oneCharacterAByte(bytes);
  const found: Member[] = [];
  finish(
    text,
    eachMember(text, skip(text, 0), (name, start) => {
      const end = afterValue(text, start);
      found.push({ name, start, end });
      return end;
    }),
  );
  return found;
}

/**
 * Where the elements of a JSON array stand, without parsing them.
 * @throws InferenceError INVALID_ARGUMENT with the position where the bytes are not an array.
 */
export function elements(bytes: Uint8Array): Span[] {
  const text = oneCharacterAByte(bytes);
  const found: Span[] = [];
  finish(
    text,
    eachElement(text, skip(text, 0), (start) => {
      const end = afterValue(text, start);
      found.push({ start, end });
      return end;
    }),
  );
  return found;
}

/** Goes over the members of the object at `from`. `take` gives the end of each one's value. @returns the end of the object */
export function eachMember(text: string, from: number, take: (name: string, start: number) => number): number {
  let at = skip(text, expect(text, from, '{'));
  if (text[at] === '}') return at + 1;
  for (;;) {
    const nameStart = skip(text, at);
    if (text[nameStart] !== '"') fail(text, nameStart, 'a member name in quotes');
    const nameEnd = afterString(text, nameStart);
    const start = skip(text, expect(text, skip(text, nameEnd), ':'));
    at = skip(text, take(nameOf(text, nameStart, nameEnd), start));
    if (text[at] === '}') return at + 1;
    at = expect(text, at, ',', 'or "}"');
  }
}

/** As `eachMember`, over the elements of the array at `from`. */
export function eachElement(text: string, from: number, take: (start: number) => number): number {
  let at = skip(text, expect(text, from, '['));
  if (text[at] === ']') return at + 1;
  for (;;) {
    at = skip(text, take(skip(text, at)));
    if (text[at] === ']') return at + 1;
    at = expect(text, at, ',', 'or "]"');
  }
}

/** The first byte that is not blank. */
export function skipBlanks(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let byte = bytes[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = bytes[at]) at++;
  return at;
}

/** Bytes as text whose positions are those of the bytes: regular expressions and `indexOf` run over it ten times as fast as a loop over bytes. */
export function oneCharacterAByte(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('latin1');
}

const blanks = /[ \t\n\r]*/y;
const word = /[-+.0-9A-Za-z]*/y;
const mark = /["{}[\]]/g;

export function skip(text: string, from: number): number {
  return match(blanks, text, from);
}

/** Where a pattern, tried from there on, ends. */
function match(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

function nameOf(text: string, start: number, end: number): string {
  const name = text.slice(start + 1, end - 1);
  if (/^[ -[\]-~]*$/.test(name)) return name;
  const quoted = Buffer.from(text.slice(start, end), 'latin1').toString();
  try {
    return JSON.parse(quoted) as string;
  } catch (cause) {
    throw new InferenceError('INVALID_ARGUMENT', `not valid JSON: ${quoted} at position ${start} is not a member name`, { cause });
  }
}

/** After the string that begins at `from`. */
function afterString(text: string, from: number): number {
  for (let at = from; ;) {
    at = text.indexOf('"', at + 1);
    if (at < 0) fail(text, text.length, `the end of the string that begins at position ${from}`);
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
}

/** After the value that begins at `from`. Brackets are counted, each kind with the other: a mismatch is found by whoever parses the value. */
export function afterValue(text: string, from: number): number {
  const first = text[from];
  if (first === '"') return afterString(text, from);
  if (first !== '{' && first !== '[') {
    const end = match(word, text, from);
    return end > from ? end : fail(text, from, 'a value');
  }
  let depth = 0;
  for (let at = from; ;) {
    at = match(mark, text, at);
    if (at < 0) fail(text, text.length, `the end of the value that begins at position ${from}`);
    const found = text[at - 1];
    if (found === '"') at = afterString(text, at - 1);
    else if (found === '{' || found === '[') depth++;
    else if (--depth === 0) return at;
  }
}

function expect(text: string, at: number, character: string, or = ''): number {
  if (text[at] !== character) fail(text, at, `"${character}" ${or}`.trim());
  return at + 1;
}

function finish(text: string, at: number): void {
  const end = skip(text, at);
  if (end < text.length) fail(text, end, 'the end');
}

function fail(text: string, at: number, expected: string): never {
  const there =
    at < text.length
      ? `"${Buffer.from(text.slice(at, at + 4), 'latin1')
          .toString()
          .slice(0, 1)}"`
      : 'the end';
  throw new InferenceError('INVALID_ARGUMENT', `not valid JSON: ${there} at position ${at}, where ${expected} was expected`);
}
