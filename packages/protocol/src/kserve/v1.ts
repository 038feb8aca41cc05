import type { ModelMetadata, Payload } from '../call.ts';
import { InferenceError } from '../error.ts';
import { asList, asObject, describe } from '../json/expect.ts';
import { isList } from '../json/number-list.ts';
import { onlyOne, parseBody } from '../rows/body.ts';
import { outputsText, rowsText } from '../rows/rows-answer.ts';
import { inputsPayload, rowsPayload, tableOfRecords, tensorPayload } from '../rows/rows.ts';
import type { Table } from '../rows/table.ts';
import type { Datatype, Tensor } from '../tensor.ts';

/** A request of KServe's V1 protocol, which is TensorFlow Serving's: rows (`instances`), or whole inputs (`inputs`). */
export type V1Request = { readonly form: 'instances' | 'inputs' } & ({ readonly payload: Payload } | { readonly table: Table });

const signatures = ['', 'serving_default', 'predict'];

/**
 * `{"instances": […]}` or `{"inputs": …}`. Instances that are objects of single values, `{"width": 1}`, are a table.
 * @throws InferenceError INVALID_ARGUMENT naming the place
 */
export function decodeV1Json(body: Uint8Array): V1Request {
  const { json, reread } = parseBody(body);
  const signature = json['signature_name'] ?? '';
  if (!signatures.includes(signature as string)) {
    throw new InferenceError('INVALID_ARGUMENT', `signature_name is ${describe(signature)}; this model has "serving_default" alone`);
  }
  const form = onlyOne(json, ['instances', 'inputs']);
  if (!form) throw new InferenceError('INVALID_ARGUMENT', 'the body must have either "instances", a list of rows, or "inputs"');
  if (form === 'inputs' && !isList(json['inputs'])) {
    return { form, payload: inputsPayload(asObject(json['inputs'], 'inputs'), 'inputs', () => reread()['inputs'] as never) };
  }
  const listed = { list: asList(json[form], form), what: form, reread: () => reread()[form] as unknown[] };
  if (form === 'inputs') return { form, payload: tensorPayload(listed) };
  const table = tableOfRecords(listed);
  return table ? { form, table } : { form, payload: rowsPayload(listed) };
}

/** The answer in the form of its request: `predictions`, or `outputs`. */
export function encodeV1Json(payload: Payload, form: V1Request['form']): Buffer {
  return Buffer.from(form === 'instances' ? `{"predictions":${rowsText(payload)}}` : `{"outputs":${outputsText(payload)}}`);
}

/** `GET /v1/models` */
export function v1ModelsJson(names: readonly string[]): Buffer {
  return Buffer.from(JSON.stringify({ models: names }));
}

/** `GET /v1/models/{name}`: as KServe says it, and as TensorFlow Serving does. */
export function v1StatusJson(name: string, ready: boolean, versions: readonly string[]): Buffer {
  const state = ready ? 'AVAILABLE' : 'LOADING';
  const status = versions.map((version) => ({ version, state, status: { error_code: 'OK', error_message: '' } }));
  return Buffer.from(JSON.stringify({ name, ready, ...(status.length > 0 && { model_version_status: status }) }));
}

const dtypes: Record<Datatype, string> = {
  BOOL: 'DT_BOOL',
  UINT8: 'DT_UINT8',
  UINT16: 'DT_UINT16',
  UINT32: 'DT_UINT32',
  UINT64: 'DT_UINT64',
  INT8: 'DT_INT8',
  INT16: 'DT_INT16',
  INT32: 'DT_INT32',
  INT64: 'DT_INT64',
  FP16: 'DT_HALF',
  BF16: 'DT_BFLOAT16',
  FP32: 'DT_FLOAT',
  FP64: 'DT_DOUBLE',
  BYTES: 'DT_STRING',
};

/** `GET /v1/models/{name}/metadata`, as TensorFlow Serving writes a signature. */
export function v1MetadataJson({ name, versions, inputs, outputs }: ModelMetadata): Buffer {
  const tensorOf = ({ name, datatype, shape }: Pick<Tensor, 'name' | 'datatype' | 'shape'>) => {
    const dim = shape.map((size) => ({ size: String(size), name: '' }));
    return [name, { dtype: dtypes[datatype], tensor_shape: { dim, unknown_rank: false }, name }];
  };
  const signature = {
    inputs: Object.fromEntries(inputs.map(tensorOf)),
    outputs: Object.fromEntries(outputs.map(tensorOf)),
    method_name: 'tensorflow/serving/predict',
  };
  const model_spec = { name, signature_name: '', version: versions[0] ?? '' };
  return Buffer.from(JSON.stringify({ model_spec, metadata: { signature_def: { signature_def: { serving_default: signature } } } }));
}
