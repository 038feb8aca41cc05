import { asObject, type Json } from '../json/expect.ts';
import { exactIntegers } from '../json/exact.ts';
import { parseJson } from '../json/syntax.ts';
import { parseWithNumbers } from '../json/with-numbers.ts';

const numbers = { numbers: true } as const;

/** A JSON object, its rows or whole inputs as numbers where they are such, and a way to have it once more with integers beyond 2^53 as BigInt. @throws InferenceError INVALID_ARGUMENT */
export function parseBody(body: Uint8Array): { readonly json: Json; reread(): Json } {
  const json = asObject(
    parseWithNumbers(body, 'the body', { members: { instances: numbers, inputs: { ...numbers, others: numbers } } }),
    'the body',
  );
  return { json, reread: () => parseJson(body, 'the body', exactIntegers) as Json };
}

/** The one member of `names` that an object has. `undefined` where it has none of them, or several. */
export function onlyOne<N extends string>(json: Json, names: readonly N[]): N | undefined {
  const [name, ...others] = names.filter((each) => json[each] !== undefined && json[each] !== null);
  return others.length === 0 ? name : undefined;
}
