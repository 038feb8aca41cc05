import { flatten, shapeOf } from '../json/flatten.ts';
import type { Tensor } from '../tensor.ts';
import type { Exact } from './exact-numbers.ts';

export type Columns = { readonly columns?: readonly string[] };

/**
 * The tensor that a nested list is, if it is one: rectangular, and all numbers (as `numbers` makes of them), all strings (BYTES, UTF-8) or all
 * booleans (BOOL). An empty list is an empty tensor of numbers.
 */
export function tensorOfList(list: readonly unknown[], numbers: (data: Float64Array) => Exact, columns: Columns): Tensor | undefined {
  const shape = shapeOf(list);
  let first: unknown = list;
  while (Array.isArray(first)) first = first[0];
  const head = { name: '', shape, ...columns };
  switch (typeof first) {
    case 'number':
    case 'undefined': {
      const leaves = collect(list, shape, 'number');
      return leaves && { ...head, ...numbers(Float64Array.from(leaves)) };
    }
    case 'string': {
      const leaves = collect(list, shape, 'string');
      return leaves && { ...head, datatype: 'BYTES', data: leaves.map((text) => Buffer.from(text)) };
    }
    case 'boolean': {
      const leaves = collect(list, shape, 'boolean');
      return leaves && { ...head, datatype: 'BOOL', data: Uint8Array.from(leaves, Number) };
    }
    default:
      return undefined;
  }
}

type Kinds = { number: number; string: string; boolean: boolean };

function collect<K extends keyof Kinds>(list: readonly unknown[], shape: readonly number[], kind: K): Kinds[K][] | undefined {
  const leaves: Kinds[K][] = [];
  const all = flatten(list, shape, (value) => typeof value === kind && leaves.push(value as Kinds[K]) > 0);
  return all ? leaves : undefined;
}
