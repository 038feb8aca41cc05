import type { Message, Meta, Payload } from '../call.ts';
import type { Tensor } from '../tensor.ts';

/** A payload with its bytes as plain lists, so that a test compares what they hold, not which kind of buffer holds them. */
export function plain(payload: Payload): unknown {
  if (payload.kind === 'bytes') return { ...payload, bytes: [...payload.bytes] };
  return payload.kind === 'tensors' ? { ...payload, tensors: payload.tensors.map(plainTensor) } : payload;
}

export function plainTensor(tensor: Tensor): unknown {
  const { datatype, data } = tensor;
  return { ...tensor, data: datatype === 'BYTES' ? (data as readonly Uint8Array[]).map((element) => [...element]) : data };
}

/** A message as it is without its wire, so that encoding makes it anew. */
export function unwired({ meta, encoding, payload }: Message): Message {
  return { meta, encoding, payload };
}

export function message(payload: Payload, encoding: Message['encoding'] = 'none', meta: Meta = {}): Message {
  return { meta, encoding, payload };
}

export function bytes(text: string): Buffer {
  return Buffer.from(text);
}
