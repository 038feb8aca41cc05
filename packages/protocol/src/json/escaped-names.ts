import { afterValue, eachElement, eachMember, oneCharacterAByte, skip } from './members.ts';
import type { Reviver } from './syntax.ts';

/**
 * Whether this engine's `JSON.parse` takes a name with an escape for one that it has read in an object of the same form before, where that begins
 * as the written one does: the V8 of Node 24 does so (nodejs/node#63785). A client could have another's names read otherwise.
 */
const misreads = ((): boolean => {
  JSON.parse(String.raw`{"a name like no other":0,"\\":0}`);
  return Object.keys(JSON.parse(String.raw`{"a name like no other":0,"\n":0}`) as object)[1] !== '\n';
})();

/** Whether `JSON.parse` cannot be trusted with this text. The text need not be valid. */
export function isMisread(text: string): boolean {
  return misreads && hasEscapedName(text);
}

const restOfName = /(?:[^"\\]|\\.)*"\s*:/sy;
const restOfString = /(?:[^"\\]|\\.)*"?/sy;

function hasEscapedName(text: string): boolean {
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', at)) {
    restOfName.lastIndex = restOfString.lastIndex = at;
    if (restOfName.test(text)) return true;
    restOfString.test(text);
    at = Math.max(restOfString.lastIndex, at + 1);
  }
  return false;
}

/** No message is nested deeper; those that are get refused by who reads them. */
const deepest = 1000;

/** As `JSON.parse` should, from the bytes of a text that it takes for valid: each name is read by itself. */
export function parseByName(bytes: Uint8Array, reviver?: Reviver): unknown {
  const text = oneCharacterAByte(bytes);
  const last = text.lastIndexOf('\\');
  let result: unknown;
  visit(skip(text, 0), 0);
  return result;

  /** Leaves the value that begins there in `result`. @returns its end */
  function visit(start: number, depth: number): number {
    const structured = start < last && depth < deepest;
    if (structured && text[start] === '{') {
      const found: [string, unknown][] = [];
      const end = eachMember(text, start, (name, at) => {
        const after = visit(at, depth + 1);
        found.push([name, result]);
        return after;
      });
      result = Object.fromEntries(found);
      return end;
    }
    if (structured && text[start] === '[') {
      const found: unknown[] = [];
      const end = eachElement(text, start, (at) => {
        const after = visit(at, depth + 1);
        found.push(result);
        return after;
      });
      result = found;
      return end;
    }
    const end = afterValue(text, start);
    result = JSON.parse(Buffer.from(text.slice(start, end), 'latin1').toString(), reviver as (key: string, value: unknown) => unknown);
    return end;
  }
}
