const scalar = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;
const blanks = /[ \t\n\r]*/y;
/** An escape; of one character: the beginning of a wrong one, or what a string may not hold as it is. */
const special = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})?|[^ -\u{10ffff}]/gu;

/** What may come next in a text of JSON. */
type State = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or close' | 'nothing';

/** Position of the first token that JSON's grammar (RFC 8259) does not allow there; `text.length` where the text ends too early. */
export function firstError(text: string): number {
  const open: string[] = [];
  let state: State = 'value';
  let at = 0;
  for (;;) {
    blanks.lastIndex = at;
    blanks.test(text);
    at = blanks.lastIndex;
    const first = text[at];
    if (first === undefined) return at;
    const next = step(state, first, open);
    if (next === undefined) return at;
    state = next;
    if (first === '"') {
      const end = closingQuote(text, at);
      const bad = badCharacter(text, at + 1, end);
      if (bad !== undefined || end === text.length) return bad ?? end;
      at = end + 1;
    } else if ('{}[],:'.includes(first)) at++;
    else {
      scalar.lastIndex = at;
      if (!scalar.test(text)) return at;
      at = scalar.lastIndex;
    }
  }
}

/** The quote that ends the string that begins at `start`; the text's length where none does. */
function closingQuote(text: string, start: number): number {
  for (let at = start; ;) {
    at = text.indexOf('"', at + 1);
    if (at < 0) return text.length;
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return at;
  }
}

/** Where the inside of a string has a character or an escape that it may not have. */
function badCharacter(text: string, start: number, end: number): number | undefined {
  for (const match of text.slice(start, end).matchAll(special)) {
    if (match[0].length === 1) return start + match.index;
  }
  return undefined;
}

/** The state after a token that begins with `first`, or undefined where it may not come. `open` holds the brackets that are not closed yet. */
function step(state: State, first: string, open: string[]): State | undefined {
  const afterValue = (): State => (open.length > 0 ? ', or close' : 'nothing');
  const wantsValue = state === 'value' || state === 'value or ]';
  switch (first) {
    case '{':
    case '[':
      if (!wantsValue) return undefined;
      open.push(first);
      return first === '{' ? 'key or }' : 'value or ]';
    case '}':
    case ']':
      if (state !== ', or close' && state !== (first === '}' ? 'key or }' : 'value or ]')) return undefined;
      return open.pop() === (first === '}' ? '{' : '[') ? afterValue() : undefined;
    case ',':
      if (state !== ', or close') return undefined;
      return open.at(-1) === '{' ? 'key' : 'value';
    case ':':
      return state === ':' ? 'value' : undefined;
    default:
      if (state === 'key' || state === 'key or }') return first === '"' ? ':' : undefined;
      return wantsValue ? afterValue() : undefined;
  }
}
