import { contract } from './contract.ts';
import { ClientError } from './client-error.ts';
import { bitsOfFloat, floatOfBits, shortFloats } from './short-float.ts';

export type InputName = keyof typeof contract.inputs;
export type OutputName = keyof typeof contract.outputs;
export type Datatype =
  | 'BOOL'
  | 'UINT8'
  | 'UINT16'
  | 'UINT32'
  | 'UINT64'
  | 'INT8'
  | 'INT16'
  | 'INT32'
  | 'INT64'
  | 'FP16'
  | 'BF16'
  | 'FP32'
  | 'FP64'
  | 'BYTES';

type Numeric = Exclude<Datatype, 'BYTES'>;

/** How the elements of a datatype are held; FP16 and BF16 have no array of their own in every engine. */
export type Data = {
  BOOL: Uint8Array;
  UINT8: Uint8Array;
  UINT16: Uint16Array;
  UINT32: Uint32Array;
  UINT64: BigUint64Array;
  INT8: Int8Array;
  INT16: Int16Array;
  INT32: Int32Array;
  INT64: BigInt64Array;
  FP16: Float32Array;
  BF16: Float32Array;
  FP32: Float32Array;
  FP64: Float64Array;
  BYTES: readonly string[];
};
type Element<D extends Datatype> = D extends 'BOOL' ? boolean : D extends 'INT64' | 'UINT64' ? bigint : D extends 'BYTES' ? string : number;
type Of<Name extends InputName> = (typeof contract.inputs)[Name];
export type Values<Name extends InputName> = ArrayLike<Element<Of<Name>['datatype']>> | Data[Of<Name>['datatype']];
/** Anything, unless the compiler sees that there are more values or fewer than wanted. */
type Exactly<V extends { readonly length: number }, Size extends number> = number extends V['length']
  ? unknown
  : 0 extends Size
    ? unknown
    : V['length'] extends Size
      ? unknown
      : { readonly wanted: `${Size} values, not ${V['length']}` };

type Spec = { readonly datatype: Datatype; readonly shape: readonly number[]; readonly size: number };
export type AnyData = Data[Datatype];

/** Rows of one input that have been checked: their number, their type, their range. */
export class Rows<Name extends InputName> {
  readonly input: Name;
  readonly shape: readonly number[];
  readonly data: Data[Of<Name>['datatype']];

  /**
   * `shape` is of all values, and needed only where the model leaves more open than the number of rows.
   * @throws ClientError INVALID_INPUT
   */
  constructor(input: Name, values: Values<Name>, shape?: readonly number[]) {
    const spec: Spec | undefined = contract.inputs[input];
    if (spec === undefined)
      throw invalid(`there is no input "${input}"; ${contract.model} takes ${Object.keys(contract.inputs).join(', ')}`);
    this.input = input;
    this.shape = checkShape(input, spec, values.length, shape);
    this.data = dataOf(input, spec.datatype, values) as Data[Of<Name>['datatype']];
  }
}

/**
 * One row, its elements in row-major order. A literal of another length does not compile; any other is refused here.
 * @throws ClientError INVALID_INPUT
 */
export function row<Name extends InputName, const V extends Values<Name>>(
  input: Name,
  values: V & Exactly<V, Of<Name>['size']>,
): Rows<Name> {
  const { size, shape }: Spec = contract.inputs[input] ?? { size: 0, shape: [], datatype: 'FP32' };
  if (size > 0 && values.length !== size) throw invalid(`input "${input}": ${values.length} values; a row has ${size}`);
  return new Rows(input, values, size > 0 ? shape.map(Math.abs) : [1, ...(shape.length > 1 ? [values.length] : [])]);
}

/** Any number of rows, one after the other in one array. */
export function rows<Name extends InputName>(input: Name, values: Values<Name>, shape?: readonly number[]): Rows<Name> {
  return new Rows(input, values, shape);
}

/** One tensor of rows that were made one by one. */
export function join<Name extends InputName>(parts: readonly Rows<Name>[]): { shape: readonly number[]; data: AnyData } {
  const [first, ...others] = parts;
  if (first === undefined) throw invalid('an input of no rows');
  if (others.length === 0) return first;
  const { input, shape, data }: { input: string; shape: readonly number[]; data: AnyData } = first;
  const bad = others.find((each) => each.input !== input || String(each.shape.slice(1)) !== String(shape.slice(1)));
  if (bad)
    throw invalid(
      `input "${input}": rows of shape [${shape.slice(1)}] and of "${bad.input}" [${bad.shape.slice(1)}] cannot be sent together`,
    );
  const spec: Spec = contract.inputs[first.input];
  if (spec.shape[0] !== -1) throw invalid(`input "${input}" is of the shape [${spec.shape}], not of several rows`);
  const joined = [-1, ...shape.slice(1)];
  joined[0] = parts.reduce((sum, each) => sum + (each.shape[0] ?? 1), 0);
  if (Array.isArray(data)) return { shape: joined, data: parts.flatMap((each) => each.data as unknown as string[]) };
  const all = arrayOf(
    spec.datatype as Numeric,
    parts.reduce((sum, each) => sum + each.data.length, 0),
  );
  let at = 0;
  for (const each of parts) {
    all.set(each.data as unknown as ArrayLike<never>, at);
    at += each.data.length;
  }
  return { shape: joined, data: all };
}

function checkShape(input: string, { shape, size }: Spec, length: number, given?: readonly number[]): readonly number[] {
  const whole = given ?? (size === 0 ? undefined : shape[0] === -1 ? [length / size, ...shape.slice(1)] : shape);
  if (whole === undefined) throw invalid(`input "${input}" is [${shape}]: say the shape of these ${length} values`);
  const wanted = `a multiple of ${size} is wanted, for [${shape}]`;
  if (!given && !Number.isInteger(whole[0] ?? 1)) throw invalid(`input "${input}": ${length} values; ${wanted}`);
  const fits = whole.length === shape.length && shape.every((each, axis) => each === -1 || each === whole[axis]);
  if (!fits) throw invalid(`input "${input}": shape [${whole}] is not of [${shape}]`);
  if (whole.some((each) => !Number.isSafeInteger(each) || each < 1)) throw invalid(`input "${input}": shape [${whole}] holds nothing`);
  const count = whole.reduce((product, each) => product * each, 1);
  if (count !== length) throw invalid(`input "${input}": ${length} values; [${whole}] holds ${count}`);
  return whole;
}

const ranges: Partial<Record<Datatype, readonly [number | bigint, number | bigint]>> = {
  UINT8: [0, 0xff],
  UINT16: [0, 0xffff],
  UINT32: [0, 0xffffffff],
  UINT64: [0n, 2n ** 64n - 1n],
  INT8: [-0x80, 0x7f],
  INT16: [-0x8000, 0x7fff],
  INT32: [-0x80000000, 0x7fffffff],
  INT64: [-(2n ** 63n), 2n ** 63n - 1n],
};

function dataOf(input: string, datatype: Datatype, values: ArrayLike<unknown>): AnyData {
  const refuse = (at: number, wanted: string): never => {
    throw invalid(`input "${input}", value ${at}: ${String(values[at])} is not ${wanted}`);
  };
  if (datatype === 'BYTES') return Array.from(values, (each, at) => (typeof each === 'string' ? each : refuse(at, 'a string')));
  const range = ranges[datatype];
  const short = shortFloats[datatype];
  const kind = typeof range?.[0] === 'bigint' ? 'bigint' : 'number';
  const data = arrayOf(datatype, values.length) as { [at: number]: unknown } & AnyData;
  for (let at = 0; at < values.length; at++) {
    const value = datatype === 'BOOL' && typeof values[at] === 'boolean' ? Number(values[at]) : values[at];
    if (typeof value !== kind) refuse(at, datatype === 'BOOL' ? 'a boolean' : `a ${kind}`);
    const number = value as number;
    if (datatype === 'BOOL' && number !== 0 && number !== 1) refuse(at, 'a boolean');
    if (range && (number < range[0] || number > range[1] || (kind === 'number' && !Number.isInteger(number))))
      refuse(at, `a whole number of ${range[0]} to ${range[1]}, as ${datatype} is`);
    data[at] = short ? floatOfBits(bitsOfFloat(number, short), short) : number;
  }
  return data;
}

/** An array of zeros. */
function arrayOf(datatype: Numeric, length: number) {
  return new arrays[datatype](length);
}

export const arrays = {
  BOOL: Uint8Array,
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  UINT64: BigUint64Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
  FP16: Float32Array,
  BF16: Float32Array,
  FP32: Float32Array,
  FP64: Float64Array,
} as const;

const invalid = (message: string): ClientError => new ClientError('INVALID_INPUT', message);
