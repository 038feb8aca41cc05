import { framing } from '@switchyard/protocol';

/**
 * The one message in the data of an answer; a view where it came in one piece.
 * @throws Error that says what is wrong with the frame
 */
export function unframe(chunks: readonly Buffer[]): Buffer {
  const all = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  if (all.length < framing) throw new Error(`answered with ${all.length} bytes; a gRPC message has ${framing} or more`);
  if (all[0] !== 0) throw new Error('answered with a compressed message, which it was not asked for');
  const length = all.readUInt32BE(1);
  if (length !== all.length - framing) throw new Error(`answered with ${all.length - framing} bytes where it announced ${length}`);
  return all.subarray(framing);
}
