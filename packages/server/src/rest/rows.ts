import { columnTensor, InferenceError, tablePayload, type Message, type Payload, type Table, type TensorSpec } from '@switchyard/protocol';
import type { DataPlane } from '../data-plane.ts';
import { whenThere, type Eventual } from '../eventual.ts';
import type { Answer } from '../predictor.ts';
import type { Exchange } from './exchange.ts';
import { incoming } from './incoming.ts';

type Rows = { readonly payload: Payload } | { readonly table: Table };

/** What protocols of rows ask: they have no place for an id, and their answers are lists of rows. */
export function predictRows(
  plane: DataPlane,
  exchange: Exchange,
  rows: Rows,
  tags: Readonly<Record<string, unknown>> = {},
): Eventual<Answer> {
  return whenThere(payloadOf(rows, plane), (payload) => {
    const message: Message = { meta: Object.keys(tags).length > 0 ? { tags } : {}, encoding: 'ndarray', payload };
    return plane.predict(message, incoming(exchange));
  });
}

function payloadOf(rows: Rows, { predictor }: DataPlane): Eventual<Payload> {
  if ('payload' in rows) return rows.payload;
  const { table } = rows;
  return table.columns ? predictor.metadata().then(({ inputs }) => payloadOfTable(table, inputs)) : payloadOfTable(table, []);
}

/**
 * A table with named columns as a model takes it: a column an input where that is how the inputs are named; the columns in the order of the
 * model's own where it has names for them; else as it came.
 * @throws InferenceError INVALID_ARGUMENT for a column that is missing or unknown
 */
export function payloadOfTable(table: Table, inputs: readonly TensorSpec[]): Payload {
  const { columns } = table;
  if (!columns) return tablePayload(table);
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined) throw new InferenceError('INVALID_ARGUMENT', `the column "${twice}" was sent twice`);
  const [first, ...others] = inputs;
  if (first && (others.length > 0 || (!first.columns && columns.length === 1 && columns[0] === first.name))) {
    return columnPayload(table, columns, inputs);
  }
  if (first?.columns?.some((name) => columns.includes(name))) return tablePayload(ordered(table, columns, first.columns));
  return tablePayload(first ? unnamed(table) : table);
}

function columnPayload(table: Table, columns: readonly string[], inputs: readonly TensorSpec[]): Payload {
  check(
    columns,
    inputs.map(({ name }) => name),
  );
  const tensors = inputs.map(({ name, shape }) => {
    const tensor = columnTensor(table, columns.indexOf(name));
    if (!tensor) throw new InferenceError('INVALID_ARGUMENT', `the column "${name}" has values of several kinds`);
    return { ...tensor, name, shape: shape.length > 1 ? [table.rows.length, 1] : tensor.shape };
  });
  return { kind: 'tensors', tensors };
}

function ordered({ rows, reread }: Table, columns: readonly string[], wanted: readonly string[]): Table {
  check(columns, wanted);
  const places = wanted.map((name) => columns.indexOf(name));
  const pick = (all: Table['rows']): unknown[][] => all.map((row) => places.map((place) => row[place]));
  return { columns: wanted, rows: pick(rows), reread: () => pick(reread()) };
}

/** A model whose columns have no names takes them in their order. */
function unnamed({ rows, reread }: Table): Table {
  return { rows, reread };
}

function check(columns: readonly string[], wanted: readonly string[]): void {
  const missing = wanted.find((name) => !columns.includes(name));
  if (missing !== undefined) throw new InferenceError('INVALID_ARGUMENT', `the column "${missing}" is missing; ${takes(wanted)}`);
  const other = columns.find((name) => !wanted.includes(name));
  if (other !== undefined) throw new InferenceError('INVALID_ARGUMENT', `the column "${other}" is unknown; ${takes(wanted)}`);
}

function takes(wanted: readonly string[]): string {
  const [names, more] = [wanted.slice(0, 20), wanted.length - 20];
  return `this model takes ${names.map((name) => `"${name}"`).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
