import type { Payload } from '../call.ts';
import { InferenceError } from '../error.ts';
import { jsonText, ndarrayText } from '../seldon/json-text.ts';
import { elementCount, type Tensor } from '../tensor.ts';

/**
 * The JSON of an answer as a list of rows: of one output what it holds, of several an object a row.
 * @throws InferenceError INVALID_ARGUMENT for an answer that is no table of rows
 */
export function rowsText(payload: Payload): string {
  if (payload.kind === 'json') return jsonText(recordsOf(payload.json));
  const [first, ...others] = tensorsOf(payload);
  if (others.length === 0) return ndarrayText(first);
  const columns = [first, ...others].map((tensor) => ({ name: JSON.stringify(tensor.name), rows: rowTexts(tensor) }));
  const odd = columns.find(({ rows }) => rows.length !== columns[0]?.rows.length);
  if (odd)
    throw new InferenceError('INVALID_ARGUMENT', `output ${odd.name} has ${odd.rows.length} rows, others differ; use the V2 protocol`);
  const records = rowTexts(first).map((_, row) => `{${columns.map(({ name, rows }) => `${name}:${rows[row]}`).join(',')}}`);
  return `[${records.join(',')}]`;
}

/** The JSON of an answer by its outputs: of one output what it holds, of several an object of lists. */
export function outputsText(payload: Payload): string {
  if (payload.kind === 'json') return jsonText(payload.json);
  const [first, ...others] = tensorsOf(payload);
  if (others.length === 0) return ndarrayText(first);
  return `{${[first, ...others].map((tensor) => `${JSON.stringify(tensor.name)}:${ndarrayText(tensor)}`).join(',')}}`;
}

function tensorsOf(payload: Payload): readonly [Tensor, ...Tensor[]] {
  if (payload.kind === 'tensors' && payload.tensors[0]) return payload.tensors as readonly Tensor[] as readonly [Tensor, ...Tensor[]];
  const what = payload.kind === 'tensors' ? 'empty' : payload.kind;
  throw new InferenceError('INVALID_ARGUMENT', `the answer is ${what}, which this protocol cannot carry; use the Seldon API`);
}

/** Each row of a tensor as JSON; of a vector the bare values. */
function rowTexts(tensor: Tensor): string[] {
  const [rows = 1, ...rest] = tensor.shape;
  const size = elementCount(rest);
  return Array.from({ length: rows }, (_, row) => {
    const data = tensor.data.slice(row * size, (row + 1) * size) as Tensor['data'];
    const text = ndarrayText({ ...tensor, shape: rest.length === 0 ? [1] : rest, data });
    return rest.length === 0 ? text.slice(1, -1) : text;
  });
}

/** Several outputs that came by Seldon's protocol are an object of lists: here an object a row. */
function recordsOf(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json;
  const columns = Object.entries(json as Record<string, unknown>);
  const [, first] = columns[0] ?? [];
  if (!Array.isArray(first) || !columns.every(([, column]) => Array.isArray(column) && column.length === first.length)) return json;
  return first.map((_, row) => Object.fromEntries(columns.map(([name, column]) => [name, (column as unknown[])[row]])));
}
