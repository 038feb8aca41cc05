import { InferenceError } from '../error.ts';
import {
  ModelInferRequest,
  ModelInferResponse,
  type InferInputTensor,
  type InferOutputTensor,
  type InferParameter,
} from '../generated/messages.ts';
import { toBigInt, toDimensions } from '../int64.ts';
import { describe } from '../json/expect.ts';
import { asBuffer } from '../raw.ts';
import { datatypes, isDatatype, type Tensor } from '../tensor.ts';
import { decodeProto } from '../wire-fields.ts';
import { bytesOfTensor, tensorOfBytes } from './binary.ts';
import { contentsOfTensor, tensorOfContents } from './contents.ts';
import { requestMessage, selectOutputs, type OipAnswer, type OipParameters, type OipProtoRequest } from './request.ts';

/**
 * A ModelInferRequest, its tensors as raw_input_contents or as typed contents.
 * @throws InferenceError INVALID_ARGUMENT where the two are mixed, or a tensor is not what its datatype and shape say
 */
export function decodeOipProto(bytes: Uint8Array): OipProtoRequest {
  const {
    model_name = '',
    model_version,
    id,
    parameters = {},
    inputs = [],
    outputs = [],
    raw_input_contents: raw = [],
  } = decodeProto(ModelInferRequest, bytes, 'inference.ModelInferRequest');
  if (raw.length > 0 && raw.length !== inputs.length) {
    throw new InferenceError('INVALID_ARGUMENT', `raw_input_contents has ${raw.length} entries for ${inputs.length} inputs`);
  }
  const tensors = inputs.map((input, index) => tensorOf(input, raw[index]));
  return {
    modelName: model_name ?? '',
    ...(model_version ? { modelVersion: model_version } : {}),
    ...(id ? { id } : {}),
    parameters: parametersOf(parameters),
    message: requestMessage(tensors, id ?? undefined),
    ...(outputs.length > 0 ? { outputs: outputs.map(({ name }) => ({ name: name ?? '' })) } : {}),
    binaryOutput: raw.length > 0,
  };
}

function tensorOf({ name, datatype, shape, contents }: InferInputTensor, raw: Uint8Array | undefined): Tensor {
  const label = name ?? '';
  if (!isDatatype(datatype)) {
    throw new InferenceError('INVALID_ARGUMENT', `tensor "${label}": datatype is ${describe(datatype)}; known are ${datatypes.join(', ')}`);
  }
  if (raw && contents) throw new InferenceError('INVALID_ARGUMENT', `tensor "${label}" has contents, but raw_input_contents is filled too`);
  const sizes = toDimensions(shape);
  return raw ? tensorOfBytes(label, datatype, sizes, raw) : tensorOfContents(label, datatype, sizes, contents ?? {});
}

function parametersOf(parameters: Readonly<Record<string, InferParameter>>): OipParameters {
  return Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, parameterOf(value)]));
}

/** An integer beyond 2^53 is given as its digits. */
function parameterOf({ bool_param, int64_param, string_param, double_param, uint64_param }: InferParameter): string | number | boolean {
  const integer = int64_param ?? uint64_param;
  if (integer === undefined || integer === null) return bool_param ?? string_param ?? double_param ?? '';
  const exact = toBigInt(integer);
  return BigInt(Number(exact)) === exact ? Number(exact) : String(exact);
}

/**
 * A ModelInferResponse: raw where the request was raw, or where an output has no typed contents (FP16, BF16); never both.
 * @throws InferenceError INVALID_ARGUMENT for an output that does not exist
 */
export function encodeOipProto(answer: OipAnswer): Buffer {
  const tensors = selectOutputs(answer).map(({ tensor }) => tensor);
  const raw = answer.request.binaryOutput || tensors.some(({ datatype }) => datatype === 'FP16' || datatype === 'BF16');
  const { modelName, modelVersion, id = answer.request.id } = answer;
  const bytes = ModelInferResponse.encode({
    model_name: modelName,
    ...(modelVersion ? { model_version: modelVersion } : {}),
    ...(id ? { id } : {}),
    outputs: tensors.map((tensor) => outputOf(tensor, raw)),
    ...(raw ? { raw_output_contents: tensors.map(bytesOfTensor) } : {}),
  }).finish();
  return asBuffer(bytes);
}

function outputOf(tensor: Tensor, raw: boolean): InferOutputTensor {
  const { name, datatype, shape } = tensor;
  return { name, datatype, shape, ...(raw ? {} : { contents: contentsOfTensor(tensor) ?? null }) };
}
