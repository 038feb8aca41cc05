import { InferenceError } from '../error.ts';
import { toFiniteNumbers } from '../numbers.ts';
import { textsOf } from '../seldon/nested-values.ts';
import type { NumericArray, Tensor } from '../tensor.ts';
import { bytesOfTensor } from './binary.ts';
import { selectOutputs, type OipAnswer } from './request.ts';

/**
 * The answer to an inference request: the outputs it asks for, as JSON or as raw bytes, as it asks. `headers` are the content type and, with
 * raw bytes, where they begin.
 * @throws InferenceError INVALID_ARGUMENT for an output that does not exist, or has no JSON form; INTERNAL for a number that is not finite
 */
export function encodeOipJson(answer: OipAnswer): { headers: Record<string, string>; body: Buffer } {
  const binaries: Buffer[] = [];
  const outputs = selectOutputs(answer).map(({ tensor, binary }) => {
    if (!binary) return outputText(tensor, `"data":[${elementsText(tensor)}]`);
    const bytes = bytesOfTensor(tensor);
    binaries.push(bytes);
    return outputText(tensor, `"parameters":{"binary_data_size":${bytes.length}}`);
  });
  const { modelName, modelVersion, id = answer.request.id } = answer;
  const head = JSON.stringify({ model_name: modelName, model_version: modelVersion, id }).slice(0, -1);
  const json = Buffer.from(`${head},"outputs":[${outputs.join(',')}]}`);
  if (binaries.length === 0) return { headers: { 'content-type': 'application/json' }, body: json };
  const headers = { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(json.length) };
  return { headers, body: Buffer.concat([json, ...binaries]) };
}

function outputText({ name, datatype, shape }: Tensor, content: string): string {
  return `{"name":${JSON.stringify(name)},"datatype":"${datatype}","shape":[${shape.join(',')}],${content}}`;
}

function elementsText(tensor: Tensor): string {
  const { name, datatype, data } = tensor;
  switch (datatype) {
    case 'FP16':
    case 'BF16':
      throw new InferenceError('INVALID_ARGUMENT', `output "${name}" is ${datatype}, which has no JSON form; ask for it with binary_data`);
    case 'BYTES':
      return textsOf(tensor)
        .map((text) => JSON.stringify(text))
        .join(',');
    case 'BOOL':
      return Array.from(data as Uint8Array, (value) => value !== 0).join(',');
    case 'INT64':
    case 'UINT64':
      return (data as NumericArray).join(',');
    default:
      return toFiniteNumbers(tensor).join(',');
  }
}

/** The body of an error. */
export function oipErrorJson(error: InferenceError): Buffer {
  return Buffer.from(JSON.stringify({ error: error.message }));
}
