import type { Payload } from '../call.ts';
import { InferenceError } from '../error.ts';
import { fromBase64, type Json } from '../json/expect.ts';
import { isList, NumberList, type List } from '../json/number-list.ts';
import { plainJson } from '../json/plain.ts';
import { exactNumbers } from '../seldon/exact-numbers.ts';
import { tensorOfList } from '../seldon/ndarray.ts';
import type { Tensor } from '../tensor.ts';
import type { Table } from './table.ts';

/** A list as it was parsed, and a way to have it once more with integers beyond 2^53 as BigInt. */
export type Listed = { readonly list: List; readonly what: string; reread(): readonly unknown[] };

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const isBytes = (value: unknown): boolean => isObject(value) && typeof value['b64'] === 'string' && Object.keys(value).length === 1;

/** Rows that are objects of cells, `{"width": 1, "height": 2}`, are a table. Rows of `{"b64": …}` are not, nor those that hold lists. */
export function tableOfRecords({ list, what, reread }: Listed): Table | undefined {
  if (
    list instanceof NumberList ||
    !isObject(list[0]) ||
    isBytes(list[0]) ||
    list.some((row) => isObject(row) && Object.values(row).some(isNested))
  )
    return undefined;
  const columns = Object.keys(list[0]);
  const rowsOf = (rows: readonly unknown[]) => rows.map((row, index) => cellsOf(row, columns, `${what}[${index}]`));
  return { columns, rows: rowsOf(list), reread: () => rowsOf(reread()) };
}

const isNested = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** Rows by the names of a model's inputs, `[{"x": [1, 2]}, …]`, as a tensor an input; else all rows as one tensor; what is none, as JSON. */
export function rowsPayload(listed: Listed): Payload {
  const { list, what, reread } = listed;
  if (list instanceof NumberList) return tensorPayload(listed);
  if (list.length === 0) throw new InferenceError('INVALID_ARGUMENT', `${what} is an empty list: there is no row to predict`);
  if (!isObject(list[0]) || isBytes(list[0])) return tensorPayload(listed);
  const names = Object.keys(list[0]);
  const column = (rows: readonly unknown[], at: number) => rows.map((row, index) => cellsOf(row, names, `${what}[${index}]`)[at]);
  const tensors = names.map((name, at) => {
    const inner = { list: column(list, at), what: `${what}[].${name}`, reread: () => column(reread(), at) };
    return { ...tensorOf(inner), name };
  });
  return { kind: 'tensors', tensors };
}

/** An object of lists, one an input: `{"x": [[1, 2]], "y": [3]}`. */
export function inputsPayload(inputs: Json, what: string, reread: () => Json): Payload {
  const tensors = Object.entries(inputs).map(([name, list]) => {
    if (!isList(list)) throw new InferenceError('INVALID_ARGUMENT', `${what}.${name} is not a list`);
    return { ...tensorOf({ list, what: `${what}.${name}`, reread: () => reread()[name] as unknown[] }), name };
  });
  return { kind: 'tensors', tensors };
}

export function tensorPayload(listed: Listed): Payload {
  const tensor = tryTensor(listed);
  return tensor ? { kind: 'tensors', tensors: [tensor] } : { kind: 'json', json: plainJson(listed.list, listed.what) };
}

function tensorOf(listed: Listed): Tensor {
  const tensor = tryTensor(listed);
  if (tensor) return tensor;
  throw new InferenceError('INVALID_ARGUMENT', `${listed.what} is no tensor: its rows differ in shape, or in the kind of their values`);
}

function tryTensor({ list, what, reread }: Listed): Tensor | undefined {
  if (!(list instanceof NumberList) && list.length > 0 && list.every(isBytes)) {
    const data = list.map((value, index) => fromBase64((value as Json)['b64'], `${what}[${index}].b64`));
    return { name: '', datatype: 'BYTES', shape: [list.length], data };
  }
  const flat = () => reread().flat(Infinity) as (number | bigint)[];
  return tensorOfList(list, (numbers) => exactNumbers(numbers, flat, (index) => `${what}, element ${index}`), {});
}

/** The cells of a record in the order of `names`. @throws InferenceError INVALID_ARGUMENT where it has others than the first record has */
function cellsOf(row: unknown, names: readonly string[], what: string): unknown[] {
  if (!isObject(row)) throw new InferenceError('INVALID_ARGUMENT', `${what} is no object, as the first row is`);
  const missing = names.find((name) => row[name] === undefined);
  if (missing !== undefined) throw new InferenceError('INVALID_ARGUMENT', `${what} has no "${missing}", which the first row has`);
  const other = Object.keys(row).find((name) => !names.includes(name));
  if (other !== undefined) throw new InferenceError('INVALID_ARGUMENT', `${what} has "${other}", which the first row has not`);
  return names.map((name) => row[name]);
}
