import { rowsOf, shapeOf } from '../json/flatten.ts';
import { NumberList, type List } from '../json/number-list.ts';
import { elementCount, type Tensor } from '../tensor.ts';
import type { Exact } from './exact-numbers.ts';

export type Columns = { readonly columns?: readonly string[] };
type Rows = readonly (readonly unknown[])[];

/**
 * The tensor that a nested list is, if it is one: rectangular, and all numbers (as `numbers` makes of them), all strings (BYTES, UTF-8) or all
 * booleans (BOOL). An empty list is an empty tensor of numbers.
 */
export function tensorOfList(list: List, numbers: (data: Float64Array) => Exact, columns: Columns): Tensor | undefined {
  if (list instanceof NumberList) {
    const { shape, data, safe } = list;
    return { name: '', shape, ...columns, ...(safe ? { datatype: 'FP64', data } : numbers(data)) };
  }
  const shape = shapeOf(list);
  const rows = rowsOf(list, shape);
  if (!rows) return undefined;
  const head = { name: '', shape, ...columns };
  switch (typeof rows[0]?.[0]) {
    case 'number':
    case 'undefined': {
      const data = numbersOf(rows, elementCount(shape));
      return data && { ...head, ...numbers(data) };
    }
    case 'string': {
      const data = leavesOf<string>(rows, 'string');
      return data && { ...head, datatype: 'BYTES', data: data.map((text) => Buffer.from(text)) };
    }
    case 'boolean': {
      const data = leavesOf<boolean>(rows, 'boolean');
      return data && { ...head, datatype: 'BOOL', data: Uint8Array.from(data, Number) };
    }
    default:
      return undefined;
  }
}

function numbersOf(rows: Rows, count: number): Float64Array | undefined {
  const data = new Float64Array(count);
  let index = 0;
  for (const row of rows) {
    for (let column = 0; column < row.length; column++) {
      const value = row[column];
      if (typeof value !== 'number') return undefined;
      data[index++] = value;
    }
  }
  return data;
}

function leavesOf<T>(rows: Rows, kind: string): T[] | undefined {
  const leaves = rows.flat(1);
  return leaves.every((leaf) => typeof leaf === kind) ? (leaves as T[]) : undefined;
}
