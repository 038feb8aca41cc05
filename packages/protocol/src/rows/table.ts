import { tensorOfList } from '../seldon/ndarray.ts';
import { plainJson } from '../json/plain.ts';
import { exactNumbers } from '../seldon/exact-numbers.ts';
import type { Payload } from '../call.ts';
import type { Tensor } from '../tensor.ts';

type Rows = readonly (readonly unknown[])[];

/** Rows of cells, as data frames are sent. A cell is a number, a string, a boolean, or null where a value is missing. */
export type Table = {
  readonly columns?: readonly string[];
  readonly rows: Rows;
  /** The same rows once more, integers beyond 2^53 as BigInt. */
  reread(): Rows;
};

/** A table as one tensor where its cells are of one kind, null among numbers as NaN; else the JSON that it is. */
export function tablePayload(table: Table): Payload {
  const columns = table.columns ? { columns: table.columns } : {};
  const tensor = cellsTensor(
    table.rows,
    () => table.reread(),
    (row, column) => `row ${row}, column ${named(table, column)}`,
  );
  if (tensor) return { kind: 'tensors', tensors: [{ ...tensor, ...columns }] };
  return { kind: 'json', json: plainJson(table.rows, 'the table'), ...columns };
}

/** One column as a tensor of shape [rows]; undefined where its cells are of several kinds. */
export function columnTensor(table: Table, column: number): Tensor | undefined {
  const pick = (rows: Rows): Rows => rows.map((row) => [row[column]]);
  const tensor = cellsTensor(
    pick(table.rows),
    () => pick(table.reread()),
    (row) => `row ${row}, column ${named(table, column)}`,
  );
  return tensor && { ...tensor, shape: [table.rows.length] };
}

function cellsTensor(rows: Rows, reread: () => Rows, place: (row: number, column: number) => string): Tensor | undefined {
  const width = rows[0]?.length ?? 0;
  const exact = (numbers: Float64Array) => {
    const flat = () => reread().flat() as (number | bigint)[];
    return exactNumbers(numbers, flat, (index) => place(Math.floor(index / width), index % width));
  };
  if (!rows.some((row) => row.includes(null))) return tensorOfList(rows, exact, {});
  const cells = rows.flat();
  if (!cells.every((cell) => cell === null || typeof cell === 'number')) return undefined;
  const data = Float64Array.from(cells as (number | null)[], (cell) => cell ?? Number.NaN);
  exact(data.map((cell) => (Number.isNaN(cell) ? 0 : cell))); // a whole number that a double changes is refused
  return { name: '', datatype: 'FP64', shape: [rows.length, width], data };
}

function named({ columns }: Table, column: number): string {
  return columns?.[column] === undefined ? String(column) : `"${columns[column]}"`;
}
