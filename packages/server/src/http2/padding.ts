import { codes, ConnectionError, flags } from './frames.ts';

/** What a payload has between its length of padding and the padding. @throws ConnectionError for more padding than there is payload */
export function unpadded(bits: number, payload: Buffer): Buffer {
  if ((bits & flags.padded) === 0) return payload;
  const padding = payload[0] ?? 0;
  if (padding >= payload.length) throw new ConnectionError(codes.protocol, 'more padding than payload');
  return payload.subarray(1, payload.length - padding);
}
