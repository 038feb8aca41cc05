import type { Encoding, Payload } from '../call.ts';
import { plainJson } from '../json/plain.ts';
import { InferenceError } from '../error.ts';
import { ListValue, Tensor as TensorProto, TensorProto as TfTensor, Value } from '../generated/messages.ts';
import type { Content } from '../lazy.ts';
import { toNumbers } from '../numbers.ts';
import { bytesOfNumbers, numbersOfBytes } from '../raw.ts';
import type { Tensor } from '../tensor.ts';
import { decodeProto, embedded, LENGTH_DELIMITED, lengthDelimited, oneOf, varint, wireFields, type WireField } from '../wire-fields.ts';
import { columnsOf, dataForm } from './form-of-data.ts';
import { resolveShape } from './json-data.ts';
import { tensorOfList, type Columns } from './ndarray.ts';
import { nestedValues } from './nested-values.ts';
import { fieldsOfJson, jsonOfList, jsonOfValue, listOfJson, valueOfJson } from './proto-value.ts';
import { decodeTfTensor, encodeTfTensor } from './tf-tensor.ts';

const DATA = 3;
const BIN_DATA = 4;
const STR_DATA = 5;
const JSON_DATA = 6;
const CUSTOM_DATA = 7;
const members = [DATA, BIN_DATA, STR_DATA, JSON_DATA, CUSTOM_DATA];

const NAMES = 1;
const TENSOR = 2;
const NDARRAY = 3;
const TFTENSOR = 4;

const SHAPE = 1;
const VALUES = 2;

/** What a SeldonMessage carries, from its bytes and its top-level fields. */
export function contentOfProto(body: Uint8Array, fields: readonly WireField[]): Content {
  const set = oneOf(fields, members);
  const number = set[0]?.number;
  if (number === undefined) return { encoding: 'none', payload: { kind: 'empty' } };
  const bytes = embedded(body, set, number) as Uint8Array;
  const last = set.at(-1) as WireField;
  switch (number) {
    case DATA:
      return dataContent(bytes);
    case BIN_DATA:
      return { encoding: 'none', payload: { kind: 'bytes', bytes: body.subarray(last.start, last.end) } };
    case STR_DATA:
      return { encoding: 'none', payload: { kind: 'text', text: text(body.subarray(last.start, last.end), 'strData') } };
    case JSON_DATA:
      return {
        encoding: 'none',
        payload: { kind: 'json', json: plainJson(jsonOfValue(decodeProto(Value, bytes, 'google.protobuf.Value')), 'jsonData') },
      };
    default:
      throw new InferenceError(
        'INVALID_ARGUMENT',
        'Invalid request data type: customData can only be passed on; send data, jsonData, strData or binData',
      );
  }
}

function dataContent(data: Uint8Array): Content {
  const fields = wireFields(data);
  const names = fields.filter(({ number, type }) => number === NAMES && type === LENGTH_DELIMITED);
  const columns: Columns =
    names.length > 0 ? { columns: names.map(({ start, end }) => text(data.subarray(start, end), 'data.names')) } : {};
  const set = oneOf(fields, [TENSOR, NDARRAY, TFTENSOR]);
  const bytes = set[0] && embedded(data, set, set[0].number);
  switch (bytes && set[0]?.number) {
    case TENSOR:
      return { encoding: 'tensor', payload: one({ ...tensorOf(bytes as Uint8Array), ...columns }) };
    case NDARRAY: {
      const list = jsonOfList(decodeProto(ListValue, bytes as Uint8Array, 'google.protobuf.ListValue'));
      const tensor = tensorOfList(list, (numbers) => ({ datatype: 'FP64', data: numbers }), columns);
      return { encoding: 'ndarray', payload: tensor ? one(tensor) : { kind: 'json', json: plainJson(list, 'data.ndarray'), ...columns } };
    }
    case TFTENSOR: {
      const tensor = decodeTfTensor(decodeProto(TfTensor, bytes as Uint8Array, 'tensorflow.TensorProto'));
      return { encoding: 'tftensor', payload: one({ ...tensor, ...columns }) };
    }
    default:
      return { encoding: 'ndarray', payload: one({ name: '', datatype: 'FP64', shape: [0], data: new Float64Array(0), ...columns }) };
  }
}

const one = (tensor: Tensor): Payload => ({ kind: 'tensors', tensors: [tensor] });

/** A seldon.protos.Tensor. Its doubles are packed in all that writers make, and so taken as the memory that they are. */
function tensorOf(bytes: Uint8Array): Tensor {
  const fields = wireFields(bytes);
  const [shape, values, ...more] = fields.toSorted((a, b) => a.number - b.number);
  const packed =
    shape?.number === SHAPE && shape.type === LENGTH_DELIMITED && values?.number === VALUES && values.type === LENGTH_DELIMITED;
  if (!packed || more.length > 0) {
    const tensor = decodeProto(TensorProto, bytes, 'seldon.protos.Tensor');
    const data = Float64Array.from(tensor.values ?? []);
    return { name: '', datatype: 'FP64', shape: resolveShape(tensor.shape ?? [], data.length), data };
  }
  const data = numbersOfBytes('', 'FP64', bytes.subarray(values.start, values.end));
  const sizes: number[] = [];
  for (let at = shape.start; at < shape.end;) {
    const { value, end } = varint(bytes, at);
    sizes.push(value | 0);
    at = end;
  }
  return { name: '', datatype: 'FP64', shape: resolveShape(sizes, data.length), data };
}

/** The field of a SeldonMessage that carries a payload; empty bytes for an empty payload. */
export function dataField(payload: Payload, encoding: Encoding): Buffer {
  switch (payload.kind) {
    case 'empty':
      return Buffer.alloc(0);
    case 'text':
      return lengthDelimited(STR_DATA, Buffer.from(payload.text));
    case 'bytes':
      return lengthDelimited(BIN_DATA, payload.bytes);
    case 'json':
      if (encoding === 'ndarray' && Array.isArray(payload.json)) {
        const names = (payload.columns ?? []).map((name) => lengthDelimited(NAMES, Buffer.from(name)));
        return lengthDelimited(DATA, ...names, lengthDelimited(NDARRAY, ListValue.encode(listOfJson(payload.json)).finish()));
      }
      return lengthDelimited(JSON_DATA, Value.encode(valueOfJson(payload.json)).finish());
    case 'tensors':
      return tensorsField(payload.tensors, encoding);
  }
}

function tensorsField(tensors: readonly Tensor[], encoding: Encoding): Buffer {
  const [tensor] = tensors;
  if (!tensor) return Buffer.alloc(0);
  if (tensors.length > 1) {
    const fields = fieldsOfJson(Object.fromEntries(tensors.map((each) => [each.name, nestedValues(each)])));
    return lengthDelimited(JSON_DATA, Value.encode({ structValue: { fields } }).finish());
  }
  const names = columnsOf(tensor).map((name) => lengthDelimited(NAMES, Buffer.from(name)));
  return lengthDelimited(DATA, ...names, formField(tensor, encoding));
}

function formField(tensor: Tensor, encoding: Encoding): Buffer {
  switch (dataForm(tensor, encoding)) {
    case 'tftensor':
      return lengthDelimited(TFTENSOR, TfTensor.encode(encodeTfTensor(tensor)).finish());
    case 'ndarray':
      return lengthDelimited(NDARRAY, ListValue.encode(listOfJson(nestedValues(tensor))).finish());
    case 'tensor': {
      const numbers = toNumbers(tensor);
      const values = bytesOfNumbers(numbers instanceof Float64Array ? numbers : Float64Array.from(numbers));
      const shape = TensorProto.encode({ shape: tensor.shape }).finish();
      return lengthDelimited(TENSOR, shape, lengthDelimited(VALUES, values));
    }
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function text(bytes: Uint8Array, what: string): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new InferenceError('INVALID_ARGUMENT', `${what} is not UTF-8 text`, { cause });
  }
}
