import { InferenceError } from '../error.ts';
import { exactIntegers } from '../json/exact.ts';
import { asArray, asList, asObject, asString, describe, refuse, type Json } from '../json/expect.ts';
import { maxDepth } from '../json/flatten.ts';
import { NumberList } from '../json/number-list.ts';
import { parseJson } from '../json/syntax.ts';
import { parseWithNumbers } from '../json/with-numbers.ts';
import { datatypes, isDatatype, type Tensor } from '../tensor.ts';
import { binaryReader, tensorOfBytes } from './binary.ts';
import { headCache } from './head-cache.ts';
import { tensorOfElements } from './json-elements.ts';
import { requestMessage, type OipParameters, type OipRequest, type RequestedOutput } from './request.ts';

/**
 * An inference request in JSON, with the binary data extension. `headerLength` is the header Inference-Header-Content-Length: how many bytes of
 * the body are JSON; the raw bytes of the tensors follow.
 *
 * Integers of INT64 and UINT64 are exact, however large: a body that has any beyond 2^53 is parsed a second time, with their digits.
 * @throws InferenceError INVALID_ARGUMENT naming the tensor, the place and the value
 */
export function decodeOipJson(body: Uint8Array, headerLength?: number): OipRequest {
  const header = headerOf(body, headerLength);
  const { inputs, id, ...rest } = headerLength === undefined ? readHead(header) : heads.read(header);
  const reader = binaryReader(body, header.length);
  const tensors = inputs.map((input) => {
    if ('data' in input) return input;
    const { name, datatype, shape, size } = input;
    return tensorOfBytes(name, datatype, shape, reader.take(name, size));
  });
  reader.finish();
  return { ...(id === undefined ? {} : { id }), ...rest, message: requestMessage(tensors, id) };
}

/** An input whose data is not in the JSON, but so many bytes behind it. */
type Input = Omit<Tensor, 'data'> & { readonly size: number };
type Head = Omit<OipRequest, 'message'> & { readonly inputs: readonly (Tensor | Input)[] };

const heads = headCache(readHead, ({ inputs }) => !inputs.some((input) => 'data' in input));

function readHead(header: Uint8Array): Head {
  const request = asObject(parseWithNumbers(header, 'the request', places), 'the request');
  const inputs = asArray(request['inputs'], 'inputs');
  const exactly = inputs.some(hasWideIntegers) ? asObject(parseJson(header, 'the request', exactIntegers), 'the request') : request;
  const parameters = parametersOf(request['parameters'], 'parameters');
  const id = request['id'] === undefined || request['id'] === null ? undefined : asString(request['id'], 'id');
  const outputs = request['outputs'] === undefined || request['outputs'] === null ? undefined : outputsOf(request['outputs']);
  return {
    inputs: asArray(exactly['inputs'], 'inputs').map(inputOf),
    ...(id === undefined ? {} : { id }),
    parameters,
    ...(outputs === undefined ? {} : { outputs }),
    binaryOutput: parameters['binary_data_output'] === true,
  };
}

const places = { members: { inputs: { elements: { members: { data: { numbers: true } } } } } } as const;

function headerOf(body: Uint8Array, length: number | undefined): Uint8Array {
  if (length === undefined) return body;
  if (Number.isInteger(length) && length > 0 && length <= body.length) return body.subarray(0, length);
  throw new InferenceError('INVALID_ARGUMENT', `Inference-Header-Content-Length is ${length}, but the body has ${body.length} bytes`);
}

/** Whether an input's numbers need their digits: a JavaScript number has lost them. */
function hasWideIntegers(input: unknown): boolean {
  const { datatype, data } = (input ?? {}) as Json;
  if (datatype !== 'INT64' && datatype !== 'UINT64') return false;
  if (!Array.isArray(data)) return data instanceof NumberList && !data.safe;
  return data.flat(maxDepth).some((value) => typeof value === 'number' && !Number.isSafeInteger(value));
}

function inputOf(input: unknown, index: number): Tensor | Input {
  const json = asObject(input, `inputs[${index}]`);
  const name = asString(json['name'], `inputs[${index}].name`);
  const { datatype } = json;
  if (!isDatatype(datatype)) {
    throw new InferenceError('INVALID_ARGUMENT', `tensor "${name}": datatype is ${describe(datatype)}; known are ${datatypes.join(', ')}`);
  }
  const shape = shapeOf(json['shape'], name);
  const size = parametersOf(json['parameters'], `tensor "${name}": parameters`)['binary_data_size'];
  if (size === undefined) return tensorOfElements({ name, datatype, shape }, asList(json['data'], `tensor "${name}": data`));
  if (json['data'] !== undefined) throw new InferenceError('INVALID_ARGUMENT', `tensor "${name}" has both data and binary_data_size`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw refuse(`tensor "${name}": binary_data_size`, size, 'a whole number ≥ 0');
  return { name, datatype, shape, size };
}

function shapeOf(value: unknown, name: string): number[] {
  return asArray(value, `tensor "${name}": shape`).map((size, axis) => {
    if (Number.isSafeInteger(size) && (size as number) >= 0) return size as number;
    throw refuse(`tensor "${name}": shape[${axis}]`, size, 'a whole number ≥ 0');
  });
}

function parametersOf(value: unknown, what: string): OipParameters {
  if (value === undefined || value === null) return {};
  const parameters = asObject(value, what);
  for (const [key, each] of Object.entries(parameters)) {
    if (!['string', 'number', 'boolean'].includes(typeof each)) throw refuse(`${what}.${key}`, each, 'a string, number or boolean');
    if (typeof each === 'number' && !Number.isFinite(each)) throw refuse(`${what}.${key}`, each, 'a finite number');
  }
  return parameters as OipParameters;
}

function outputsOf(value: unknown): RequestedOutput[] {
  return asArray(value, 'outputs').map((output, index) => {
    const json = asObject(output, `outputs[${index}]`);
    const name = asString(json['name'], `outputs[${index}].name`);
    const binary = parametersOf(json['parameters'], `outputs[${index}].parameters`)['binary_data'];
    return { name, ...(typeof binary === 'boolean' ? { binary } : {}) };
  });
}
