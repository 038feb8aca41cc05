import type { Json } from './python.ts';
import { rows } from './served.ts';

const data = { ndarray: rows };
const rewarded = { response: { meta: { routing: { ab: 0 } } }, reward: 1 };
const input = { name: 'x', shape: [2, 4], datatype: 'FP64', data: rows };

/** Bodies that the flowers' forest takes, by the names of their schemas. */
const bodies: Readonly<Record<string, readonly unknown[]>> = {
  SeldonMessage: [{ data }, { data: { tensor: { shape: [2, 4], values: rows.flat() } } }],
  SeldonForm: [{ json: JSON.stringify({ data, ...rewarded }) }],
  Feedback: [rewarded],
  InferRequest: [{ inputs: [input] }, { inputs: [input], parameters: { binary_data_output: true } }],
  V1Request: [{ instances: rows }, { inputs: rows }],
  Invocation: [{ dataframe_split: { data: rows } }, { instances: rows }, { inputs: rows }],
  Csv: [rows.map((row) => row.join(',')).join('\n')],
  LoadRequest: [{ parameters: { version: '1' } }],
};

/** The OpenAPI document of a server with what it cannot know by itself: a request of each kind that its model takes, and what `values` names. */
export function withExamples(document: Json, values: Readonly<Record<string, string>>): Json {
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== 'object' || value === null) return value;
    const { name, in: place, schema } = value as Json;
    const copy = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, visit(each)]));
    const queried = bodies[nameOf((value as Json)['content']?.['application/json']?.schema)]?.[0];
    if (place === 'query' && queried !== undefined) return { ...copy, example: queried };
    if (place === 'path' && values[name] !== undefined) return { ...copy, example: values[name] };
    const examples = bodies[nameOf(schema)];
    return examples ? { ...copy, examples: Object.fromEntries(examples.map((each, index) => [`e${index}`, { value: each }])) } : copy;
  };
  return { ...document, paths: visit(document['paths']) };
}

const nameOf = (schema: Json | undefined): string => String(schema?.['$ref']).split('/').at(-1) as string;
