import { InferenceError } from '../error.ts';
import type { TensorSpec } from '../signature.ts';
import { byteSize, elementCount, type Tensor } from '../tensor.ts';
import { tensorOfBytes } from './binary.ts';
import { requestMessage, type OipRequest } from './request.ts';

/**
 * A request that is nothing but the bytes of a model's one input (Inference-Header-Content-Length: 0). At most one of its dimensions may be
 * open: the bytes say how large it is. Bytes for an input of BYTES are one element. All outputs are wanted as raw bytes.
 * @throws InferenceError INVALID_ARGUMENT for a model that this cannot address, or bytes that do not fit
 */
export function decodeOipRaw(body: Uint8Array, inputs: readonly TensorSpec[]): OipRequest {
  const [spec, ...others] = inputs;
  const open = spec?.shape.filter((size) => size < 0).length ?? 0;
  if (!spec || others.length > 0 || open > 1) {
    const has = spec ? `${inputs.length} of them, the first with shape [${spec.shape.join(', ')}]` : 'none that is known';
    throw new InferenceError(
      'INVALID_ARGUMENT',
      `Inference-Header-Content-Length is 0: a body of raw bytes alone is for a model of one input with at most one open dimension; this has ${has}`,
    );
  }
  return { parameters: {}, message: requestMessage([tensorOf(body, spec)], undefined), binaryOutput: true };
}

function tensorOf(body: Uint8Array, { name, datatype, shape }: TensorSpec): Tensor {
  if (datatype === 'BYTES') return { name, datatype, shape: shape.map((size) => (size < 0 ? 1 : size)), data: [body] };
  const rest = elementCount(shape.filter((size) => size >= 0)) * byteSize(datatype);
  if (rest === 0 || body.length % rest !== 0) {
    throw new InferenceError(
      'INVALID_ARGUMENT',
      `input "${name}": ${body.length} bytes are no whole number of ${datatype} rows of ${rest} bytes`,
    );
  }
  return tensorOfBytes(
    name,
    datatype,
    shape.map((size) => (size < 0 ? body.length / rest : size)),
    body,
  );
}
