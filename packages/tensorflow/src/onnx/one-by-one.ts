import type { Session, Values } from './session.ts';

/** A session of a model that takes one row, for any number of them: each goes in alone. */
export function oneByOne(session: Session): Session {
  return {
    async run(inputs) {
      const rows = inputs[0]?.dims[0] ?? 0;
      const answers: Values[][] = [];
      for (let row = 0; row < rows; row++) answers.push(await session.run(inputs.map((each) => rowOf(each, row, rows))));
      return (answers[0] ?? []).map((_, output) => joined(answers.map((each) => each[output] as Values)));
    },
  };
}

function rowOf({ type, dims, data }: Values, row: number, rows: number): Values {
  const width = data.length / rows;
  return { type, dims: [1, ...dims.slice(1)], data: data.slice(row * width, (row + 1) * width) };
}

/** @throws Error where they are not of one row and one size each */
function joined(rows: readonly Values[]): Values {
  const [first] = rows as readonly [Values];
  const other = rows.find(({ dims }) => dims[0] !== 1 || dims.join() !== first.dims.join());
  if (other) throw new Error(`one row is answered by [${first.dims.join(', ')}], another by [${other.dims.join(', ')}]`);
  const dims = [rows.length, ...first.dims.slice(1)];
  if (Array.isArray(first.data)) return { ...first, dims, data: rows.flatMap(({ data }) => data as string[]) };
  const data = new (first.data.constructor as new (length: number) => NodeJS.TypedArray)(rows.length * first.data.length);
  for (const [row, { data: part }] of rows.entries()) data.set(part as never, row * first.data.length);
  return { ...first, dims, data };
}
