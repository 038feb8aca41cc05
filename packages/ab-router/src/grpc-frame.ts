const PREFIX = 5;

/** A message as gRPC frames it: a byte that says that it is not compressed, its length, its bytes. */
export function grpcFrame(body: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(PREFIX + body.length);
  frame[0] = 0;
  frame.writeUInt32BE(body.length, 1);
  frame.set(body, PREFIX);
  return frame;
}

/**
 * The one message in the data of an answer; a view where it came in one piece.
 * @throws Error that says what is wrong with the frame
 */
export function unframe(chunks: readonly Buffer[]): Buffer {
  const all = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  if (all.length < PREFIX) throw new Error(`answered with ${all.length} bytes; a gRPC message has ${PREFIX} or more`);
  if (all[0] !== 0) throw new Error('answered with a compressed message, which it was not asked for');
  const length = all.readUInt32BE(1);
  if (length !== all.length - PREFIX) throw new Error(`answered with ${all.length - PREFIX} bytes where it announced ${length}`);
  return all.subarray(PREFIX);
}

/** Bytes of the frame around a message. */
export const framing = PREFIX;
