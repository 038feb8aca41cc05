import { InferenceError } from '../error.ts';
import { exactIntegers } from '../json/exact.ts';
import { asArray, asObject, asString, describe, refuse, type Json } from '../json/expect.ts';
import { maxDepth } from '../json/flatten.ts';
import { parseJson } from '../json/syntax.ts';
import { datatypes, isDatatype, type Tensor } from '../tensor.ts';
import { binaryReader, tensorOfBytes } from './binary.ts';
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
  const request = asObject(parseJson(header, 'the request'), 'the request');
  const reader = binaryReader(body, header.length);
  const inputs = asArray(request['inputs'], 'inputs');
  const exactly = inputs.some(hasWideIntegers) ? asObject(parseJson(header, 'the request', exactIntegers), 'the request') : request;
  const tensors = asArray(exactly['inputs'], 'inputs').map((input, index) => tensorOf(input, index, reader));
  reader.finish();
  const parameters = parametersOf(request['parameters'], 'parameters');
  const id = request['id'] === undefined || request['id'] === null ? undefined : asString(request['id'], 'id');
  const outputs = request['outputs'] === undefined || request['outputs'] === null ? undefined : outputsOf(request['outputs']);
  return {
    ...(id === undefined ? {} : { id }),
    parameters,
    message: requestMessage(tensors, id),
    ...(outputs === undefined ? {} : { outputs }),
    binaryOutput: parameters['binary_data_output'] === true,
  };
}

function headerOf(body: Uint8Array, length: number | undefined): Uint8Array {
  if (length === undefined) return body;
  if (Number.isInteger(length) && length > 0 && length <= body.length) return body.subarray(0, length);
  throw new InferenceError('INVALID_ARGUMENT', `Inference-Header-Content-Length is ${length}, but the body has ${body.length} bytes`);
}

/** Whether an input's numbers need their digits: a JavaScript number has lost them. */
function hasWideIntegers(input: unknown): boolean {
  const { datatype, data } = (input ?? {}) as Json;
  if ((datatype !== 'INT64' && datatype !== 'UINT64') || !Array.isArray(data)) return false;
  return data.flat(maxDepth).some((value) => typeof value === 'number' && !Number.isSafeInteger(value));
}

function tensorOf(input: unknown, index: number, reader: ReturnType<typeof binaryReader>): Tensor {
  const json = asObject(input, `inputs[${index}]`);
  const name = asString(json['name'], `inputs[${index}].name`);
  const { datatype } = json;
  if (!isDatatype(datatype)) {
    throw new InferenceError('INVALID_ARGUMENT', `tensor "${name}": datatype is ${describe(datatype)}; known are ${datatypes.join(', ')}`);
  }
  const shape = shapeOf(json['shape'], name);
  const size = parametersOf(json['parameters'], `tensor "${name}": parameters`)['binary_data_size'];
  if (size === undefined) return tensorOfElements({ name, datatype, shape }, asArray(json['data'], `tensor "${name}": data`));
  if (json['data'] !== undefined) throw new InferenceError('INVALID_ARGUMENT', `tensor "${name}" has both data and binary_data_size`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw refuse(`tensor "${name}": binary_data_size`, size, 'a whole number ≥ 0');
  return tensorOfBytes(name, datatype, shape, reader.take(name, size));
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
