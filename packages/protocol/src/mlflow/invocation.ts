import type { Payload } from '../call.ts';
import { InferenceError } from '../error.ts';
import { asArray, asList, asObject, asString, type Json } from '../json/expect.ts';
import { isList } from '../json/number-list.ts';
import { plainJson } from '../json/plain.ts';
import { onlyOne, parseBody } from '../rows/body.ts';
import { rowsText } from '../rows/rows-answer.ts';
import { inputsPayload, rowsPayload, tableOfRecords, tensorPayload, type Listed } from '../rows/rows.ts';
import type { Table } from '../rows/table.ts';

/** A request to MLflow's scoring server. `params` are what MLflow calls inference parameters. */
export type Invocation = { readonly params: Json } & ({ readonly payload: Payload } | { readonly table: Table });

const forms = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'] as const;

/**
 * `{"dataframe_split": {"columns", "data"}}`, `{"dataframe_records": […]}`, `{"instances": […]}` or `{"inputs": …}`, with `params` or without.
 * In a data frame null is a missing value.
 * @throws InferenceError INVALID_ARGUMENT naming the place
 */
export function decodeInvocationJson(body: Uint8Array): Invocation {
  const { json, reread } = parseBody(body);
  const params = json['params'] === undefined || json['params'] === null ? {} : plainJson(asObject(json['params'], 'params'), 'params');
  const form = onlyOne(json, forms);
  if (!form) throw new InferenceError('INVALID_ARGUMENT', `the body must have exactly one of ${forms.join(', ')}`);
  return { params, ...contentOf(form, json[form], () => reread()[form]) };
}

function contentOf(form: (typeof forms)[number], value: unknown, reread: () => unknown): { payload: Payload } | { table: Table } {
  if (form === 'dataframe_split') return { table: splitTable(asObject(value, form), () => reread() as Json) };
  if (form === 'inputs' && !isList(value)) return { payload: inputsPayload(asObject(value, form), form, () => reread() as Json) };
  const listed: Listed = { list: asList(value, form), what: form, reread: () => reread() as unknown[] };
  if (form === 'inputs') return { payload: tensorPayload(listed) };
  const table = tableOfRecords(listed);
  return table ? { table } : { payload: rowsPayload(listed) };
}

function splitTable(split: Json, reread: () => Json): Table {
  const rows = asArray(split['data'], 'dataframe_split.data').map((row, index) => asArray(row, `dataframe_split.data[${index}]`));
  if (rows.length === 0) throw new InferenceError('INVALID_ARGUMENT', 'dataframe_split.data is an empty list: there is no row to predict');
  const names = split['columns'];
  const columns =
    names === undefined || names === null
      ? undefined
      : asArray(names, 'dataframe_split.columns').map((name, index) =>
          typeof name === 'number' ? String(name) : asString(name, `dataframe_split.columns[${index}]`),
        );
  const width = columns?.length ?? rows[0]?.length;
  const wrong = rows.findIndex((row) => row.length !== width);
  if (wrong >= 0) {
    throw new InferenceError(
      'INVALID_ARGUMENT',
      `dataframe_split.data[${wrong}] has ${rows[wrong]?.length} cells; there are ${width} columns`,
    );
  }
  return { ...(columns && { columns }), rows, reread: () => reread()['data'] as unknown[][] };
}

/** The answer: a row each, of several outputs an object a row. */
export function encodeInvocationJson(payload: Payload): Buffer {
  return Buffer.from(`{"predictions":${rowsText(payload)}}`);
}

/** The body of an error, as MLflow's clients read it. */
export function invocationErrorJson(error: InferenceError): Buffer {
  const error_code = error.code === 'INVALID_ARGUMENT' ? 'BAD_REQUEST' : error.code;
  return Buffer.from(JSON.stringify({ error_code, message: error.message }));
}
