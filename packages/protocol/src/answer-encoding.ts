import type { Encoding, Payload } from './call.ts';

/**
 * How an answer is written, so that it mirrors its request: numbers as the request's data were, or as `tensor` where it had none; what is no
 * number as `ndarray`; what is no tensor by its own kind.
 */
export function answerEncoding(request: Encoding, payload: Payload): Encoding {
  if (request === 'oip') return 'oip';
  if (payload.kind !== 'tensors') return 'none';
  if (payload.tensors.some(({ datatype }) => datatype === 'BYTES')) return 'ndarray';
  return request === 'none' ? 'tensor' : request;
}
