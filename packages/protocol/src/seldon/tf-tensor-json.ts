import { InferenceError } from '../error.ts';
import type { TensorProto } from '../generated/messages.ts';
import { fromBigInt } from '../int64.ts';
import { asArray, asObject, asString, describe, fromBase64, refuse, type Json } from '../json/expect.ts';
import { toFiniteNumbers } from '../numbers.ts';
import type { NumericArray, Tensor } from '../tensor.ts';
import { tfTypes } from './tf-tensor.ts';

/** A TensorProto of its proto3 JSON: names in camel case or as in the proto, 64-bit integers as strings or numbers, bytes as base64. */
export function tfTensorOfJson(json: Json): TensorProto {
  const dtype = tfTypes.find((type) => type.name === json['dtype'] || type.dtype === json['dtype'])?.dtype;
  if (dtype === undefined) {
    throw new InferenceError(
      'INVALID_ARGUMENT',
      `data.tftensor.dtype is ${describe(json['dtype'])}; known are ${tfTypes.map(({ name }) => name).join(', ')}`,
    );
  }
  const content = field(json, 'tensor_content');
  return {
    dtype,
    tensor_shape: shapeOf(field(json, 'tensor_shape')),
    ...(content === undefined ? {} : { tensor_content: fromBase64(content, 'data.tftensor.tensorContent') }),
    float_val: list(json, 'float_val', number),
    double_val: list(json, 'double_val', number),
    int_val: list(json, 'int_val', number),
    half_val: list(json, 'half_val', number),
    uint32_val: list(json, 'uint32_val', number),
    string_val: list(json, 'string_val', fromBase64),
    bool_val: list(json, 'bool_val', (value, what) => {
      if (typeof value === 'boolean') return value;
      throw refuse(what, value, 'true or false');
    }),
    int64_val: list(json, 'int64_val', (value, what) => integer(value, what, false)),
    uint64_val: list(json, 'uint64_val', (value, what) => integer(value, what, true)),
  };
}

/** The proto3 JSON of a tensor's TensorProto, its values as a list. */
export function tfTensorJson(tensor: Tensor): string {
  const { datatype, shape } = tensor;
  const type = tfTypes.find((each) => each.datatype === datatype);
  if (!type) throw new InferenceError('INTERNAL', `tensor "${tensor.name}": ${datatype} has no TensorProto`);
  const dim = shape.map((size) => ({ size: String(size) }));
  const head = JSON.stringify({ dtype: type.name, tensorShape: { dim } }).slice(0, -1);
  return `${head},"${camel(type.field)}":[${valuesJson(tensor)}]}`;
}

function valuesJson(tensor: Tensor): string {
  const data = tensor.data as NumericArray;
  switch (tensor.datatype) {
    case 'BYTES':
      return (tensor.data as readonly Uint8Array[]).map((element) => `"${Buffer.from(element).toString('base64')}"`).join(',');
    case 'BOOL':
      return Array.from(data as Uint8Array, (value) => value !== 0).join(',');
    case 'INT64':
    case 'UINT64':
      return Array.from(data as BigInt64Array, (value) => `"${value}"`).join(',');
    case 'FP16':
    case 'BF16':
      return data.join(',');
    default:
      return toFiniteNumbers(tensor).join(',');
  }
}

function shapeOf(value: unknown): NonNullable<TensorProto['tensor_shape']> {
  if (value === undefined) return { dim: [] };
  const shape = asObject(value, 'data.tftensor.tensorShape');
  const dim = asArray(shape['dim'] ?? [], 'data.tftensor.tensorShape.dim').map((each, index) => {
    const what = `data.tftensor.tensorShape.dim[${index}]`;
    return { size: integer(asObject(each, what)['size'] ?? 0, `${what}.size`, false) };
  });
  return { dim, unknown_rank: shape['unknownRank'] === true || shape['unknown_rank'] === true };
}

function list<T>(json: Json, name: string, element: (value: unknown, what: string) => T): T[] {
  const value = field(json, name);
  if (value === undefined) return [];
  const what = `data.tftensor.${camel(name)}`;
  return asArray(value, what).map((each, index) => element(each, `${what}[${index}]`));
}

function number(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw refuse(what, value, 'a finite number');
}

function integer(value: unknown, what: string, unsigned: boolean) {
  if (Number.isSafeInteger(value)) return fromBigInt(BigInt(value as number), unsigned);
  const exact = typeof value === 'string' && /^-?\d{1,20}$/.test(asString(value, what)) ? BigInt(value) : undefined;
  const fits = exact !== undefined && (unsigned ? BigInt.asUintN(64, exact) : BigInt.asIntN(64, exact)) === exact;
  if (fits) return fromBigInt(exact, unsigned);
  throw refuse(what, value, `an integer of 64 bits${typeof value === 'number' ? ' (write those beyond 2^53 as strings)' : ''}`);
}

function field(json: Json, name: string): unknown {
  return json[camel(name)] ?? json[name] ?? undefined;
}

function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
