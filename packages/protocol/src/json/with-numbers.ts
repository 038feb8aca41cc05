import { afterValue, eachElement, eachMember, oneCharacterAByte, skip } from './members.ts';
import { numberReader, type NumberList } from './number-list.ts';
import { parseJson } from './syntax.ts';

/** Where in a text of JSON lists of numbers are looked for. */
export type Places = {
  /** Here. */
  readonly numbers?: true;
  /** In members of the object here, by their names; in all others. */
  readonly members?: Readonly<Record<string, Places>>;
  readonly others?: Places;
  /** In each element of the list here. */
  readonly elements?: Places;
};

type Key = string | number;
type Cut = { readonly path: readonly Key[]; readonly start: number; readonly end: number; readonly list: NumberList };

/** Shorter texts are parsed before the lists in them are found. */
const least = 256;

/**
 * As `parseJson`, but lists of numbers at these places are `NumberList`, where they are rectangular and not empty. They are read from the bytes,
 * and what is left of the text is parsed; both are as fast as the text is long, and most of it is numbers.
 *
 *     parseWithNumbers(Buffer.from('{"data":[[1,2],…]}'), 'the body', { members: { data: { numbers: true } } })   // { data: NumberList [2, …] }
 *
 * @throws InferenceError INVALID_ARGUMENT exactly as `parseJson`
 */
export function parseWithNumbers(bytes: Uint8Array, what: string, places: Places): unknown {
  if (bytes.length < least) return parseJson(bytes, what);
  const text = oneCharacterAByte(bytes);
  const cuts = cut(bytes, text, places);
  if (cuts.length === 0) return parseJson(bytes, what);
  let rest = '';
  let from = 0;
  for (const { start, end } of cuts) {
    rest += `${text.slice(from, start)}null`;
    from = end;
  }
  try {
    const json = parseJson(Buffer.from(rest + text.slice(from), 'latin1'), what);
    for (const { path, list } of cuts) put(json, path, list);
    return json;
  } catch {
    return parseJson(bytes, what); // says what is wrong, and where
  }
}

/** The lists, in their order; none where the text is not to be followed. */
function cut(bytes: Uint8Array, text: string, places: Places): readonly Cut[] {
  const found: Cut[] = [];
  const path: Key[] = [];
  const { read } = numberReader(bytes);

  /** @returns the end of the value that begins at `start` */
  function visit(start: number, here: Places | undefined): number {
    if (text[start] === '[') {
      const numbers = here?.numbers && read(start);
      if (numbers) {
        found.push({ path: [...path], start, ...numbers });
        return numbers.end;
      }
      const inside = here?.elements;
      if (inside) {
        let index = 0;
        return eachElement(text, start, (each) => within(index++, each, inside));
      }
    } else if (text[start] === '{' && (here?.members || here?.others)) {
      const names = new Set<string>();
      return eachMember(text, start, (name, value) => {
        if (names.has(name)) throw new Twice(); // of which the last one counts
        names.add(name);
        const inside = here.members && Object.hasOwn(here.members, name) ? here.members[name] : here.others;
        return inside ? within(name, value, inside) : afterValue(text, value);
      });
    }
    return afterValue(text, start);
  }

  function within(key: Key, start: number, here: Places): number {
    path.push(key);
    const end = visit(start, here);
    path.pop();
    return end;
  }

  try {
    visit(skip(text, 0), places);
    return found;
  } catch {
    return []; // not valid, as whoever parses the whole will say, or not simple
  }
}

class Twice extends Error {}

function put(json: unknown, path: readonly Key[], list: NumberList): void {
  let parent = json as Record<Key, unknown>;
  for (const key of path.slice(0, -1)) parent = parent[key] as Record<Key, unknown>;
  parent[path.at(-1) as Key] = list;
}
