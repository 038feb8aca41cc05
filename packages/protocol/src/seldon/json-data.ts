import { InferenceError } from '../error.ts';
import { exactIntegers } from '../json/exact.ts';
import { asArray, asList, asObject, asString, fromBase64, refuse, type Json } from '../json/expect.ts';
import { NumberList, type List } from '../json/number-list.ts';
import { plainJson } from '../json/plain.ts';
import { parseJson } from '../json/syntax.ts';
import type { Content } from '../lazy.ts';
import { checkShape, elementCount, type Tensor } from '../tensor.ts';
import { exactNumbers } from './exact-numbers.ts';
import { tensorOfList, type Columns } from './ndarray.ts';
import { tfTensorOfJson } from './tf-tensor-json.ts';
import { decodeTfTensor } from './tf-tensor.ts';

/**
 * What a parsed SeldonMessage carries. Of `data`: tensor, else ndarray, else tftensor, else an empty tensor; else jsonData, strData, binData.
 *
 * A rectangular ndarray of numbers is an FP64 tensor, of strings a BYTES tensor (UTF-8), of booleans a BOOL tensor. Any other (ragged, mixed,
 * with nulls or objects in it) is no tensor: it stays the JSON that it is.
 *
 * Integers that a double would change make the tensor INT64 or UINT64; where other elements are fractions, they are refused.
 * `body` is read again only then.
 */
export function contentOf(message: Json, body: Uint8Array): Content {
  const { data } = message;
  if (data !== undefined && data !== null) return dataContent(asObject(data, 'data'), body);
  if (message['jsonData'] !== undefined)
    return { encoding: 'none', payload: { kind: 'json', json: plainJson(message['jsonData'], 'jsonData') } };
  if (given(message['strData'])) return { encoding: 'none', payload: { kind: 'text', text: asString(message['strData'], 'strData') } };
  if (given(message['binData'])) return { encoding: 'none', payload: { kind: 'bytes', bytes: fromBase64(message['binData'], 'binData') } };
  if (given(message['customData'])) {
    throw new InferenceError(
      'INVALID_ARGUMENT',
      'Invalid request data type: customData can only be passed on; send data, jsonData, strData or binData',
    );
  }
  return { encoding: 'none', payload: { kind: 'empty' } };
}

function dataContent(data: Json, body: Uint8Array): Content {
  const names = columnNames(data['names']);
  if (given(data['tensor'])) return { encoding: 'tensor', payload: one(tensorOf(asObject(data['tensor'], 'data.tensor'), names, body)) };
  if (given(data['ndarray'])) {
    const list = asList(data['ndarray'], 'data.ndarray');
    const reread = () => (at(body, 'data', 'ndarray') as unknown[]).flat(Infinity) as (number | bigint)[];
    const tensor = tensorOfList(list, (numbers) => exactNumbers(numbers, reread, (index) => `data.ndarray, element ${index}`), names);
    return { encoding: 'ndarray', payload: tensor ? one(tensor) : { kind: 'json', json: plainJson(list, 'data.ndarray'), ...names } };
  }
  if (given(data['tftensor'])) {
    const tensor = decodeTfTensor(tfTensorOfJson(asObject(data['tftensor'], 'data.tftensor')));
    return { encoding: 'tftensor', payload: one({ ...tensor, ...names }) };
  }
  return { encoding: 'ndarray', payload: one({ name: '', datatype: 'FP64', shape: [0], data: new Float64Array(0), ...names }) };
}

const one = (tensor: Tensor) => ({ kind: 'tensors' as const, tensors: [tensor] });
const given = (value: unknown): boolean => value !== undefined && value !== null;

function columnNames(names: unknown): Columns {
  if (!given(names)) return {};
  const list = asArray(names, 'data.names').map((name, index) => asString(name, `data.names[${index}]`));
  return list.length > 0 ? { columns: list } : {};
}

function tensorOf(tensor: Json, names: Columns, body: Uint8Array): Tensor {
  const values = asList(tensor['values'] ?? [], 'data.tensor.values');
  const numbers = numbersOf(values);
  const shape = resolveShape(asArray(tensor['shape'] ?? [], 'data.tensor.shape'), numbers.length);
  const reread = () => (at(body, 'data', 'tensor', 'values') as (number | bigint)[]) ?? [];
  return { name: '', shape, ...exactNumbers(numbers, reread, (index) => `data.tensor.values[${index}]`), ...names };
}

function numbersOf(values: List): Float64Array {
  if (values instanceof NumberList && values.shape.length === 1) return values.data;
  if (values instanceof NumberList) throw refuse('data.tensor.values[0]', [], 'a number');
  const numbers = new Float64Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (typeof value !== 'number') throw refuse(`data.tensor.values[${index}]`, value, 'a number');
    numbers[index] = value;
  }
  return numbers;
}

/** A shape with its one −1, if any, resolved to what the values leave, as numpy's reshape does. */
export function resolveShape(shape: readonly unknown[], length: number): number[] {
  const sizes = shape.map((size, index) => {
    if (typeof size === 'number') return size;
    throw refuse(`data.tensor.shape[${index}]`, size, 'a number');
  });
  const open = sizes.indexOf(-1);
  if (open >= 0) {
    const rest = elementCount(sizes.with(open, 1));
    sizes[open] = rest > 0 && length % rest === 0 ? length / rest : 0;
  }
  checkShape('', sizes, length);
  return sizes;
}

function at(body: Uint8Array, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Json)[key], parseJson(body, 'the request', exactIntegers));
}
