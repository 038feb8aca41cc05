import type { Encoding, Payload } from '../call.ts';
import { InferenceError } from '../error.ts';
import { nestedJson } from '../json/nested.ts';
import { toFiniteNumbers } from '../numbers.ts';
import type { Tensor, TensorData } from '../tensor.ts';
import { columnsOf, dataForm } from './form-of-data.ts';
import { textsOf } from './nested-values.ts';
import { tfTensorJson } from './tf-tensor-json.ts';

/** The members of a SeldonMessage that carry a payload, without the braces: `"data":{…}`; nothing for an empty payload. */
export function dataText(payload: Payload, encoding: Encoding): string {
  switch (payload.kind) {
    case 'empty':
      return '';
    case 'text':
      return `"strData":${JSON.stringify(payload.text)}`;
    case 'bytes':
      return `"binData":"${Buffer.from(payload.bytes).toString('base64')}"`;
    case 'json':
      return encoding === 'ndarray' && Array.isArray(payload.json)
        ? `"data":{"names":${JSON.stringify(payload.columns ?? [])},"ndarray":${jsonText(payload.json)}}`
        : `"jsonData":${jsonText(payload.json)}`;
    case 'tensors':
      return tensorsText(payload.tensors, encoding);
  }
}

function tensorsText(tensors: readonly Tensor[], encoding: Encoding): string {
  const [tensor] = tensors;
  if (!tensor) return '';
  if (tensors.length > 1) return `"jsonData":{${tensors.map((each) => `${JSON.stringify(each.name)}:${ndarrayText(each)}`).join(',')}}`;
  return `"data":{"names":${JSON.stringify(columnsOf(tensor))},${formText(tensor, encoding)}}`;
}

function formText(tensor: Tensor, encoding: Encoding): string {
  switch (dataForm(tensor, encoding)) {
    case 'tftensor':
      return `"tftensor":${tfTensorJson(tensor)}`;
    case 'ndarray':
      return `"ndarray":${ndarrayText(tensor)}`;
    case 'tensor':
      return `"tensor":{"shape":[${tensor.shape.join(',')}],"values":[${joinable(tensor).join(',')}]}`;
  }
}

/** A tensor as nested lists. */
export function ndarrayText(tensor: Tensor): string {
  const { shape } = tensor;
  if (tensor.datatype === 'BOOL')
    return nestedJson(
      shape,
      Array.from(tensor.data as Uint8Array, (value) => value !== 0),
    );
  if (tensor.datatype !== 'BYTES') return nestedJson(shape, joinable(tensor));
  return nestedJson(
    shape,
    textsOf(tensor).map((text) => JSON.stringify(text)),
  );
}

/** Numbers whose own `join` writes them as JSON does: 64-bit integers digit by digit. */
function joinable(tensor: Tensor): Exclude<TensorData, readonly Uint8Array[]> {
  const { data } = tensor;
  return data instanceof BigInt64Array || data instanceof BigUint64Array ? data : toFiniteNumbers(tensor);
}

/** @throws InferenceError INTERNAL for a number that is not finite */
export function jsonText(json: unknown): string {
  const text = JSON.stringify(json, (key, value: unknown) => {
    if (typeof value !== 'number' || Number.isFinite(value)) return value;
    throw new InferenceError('INTERNAL', `the answer has ${value} at "${key}", which JSON has no number for`);
  });
  return text ?? 'null';
}
