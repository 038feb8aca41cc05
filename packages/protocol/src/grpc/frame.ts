/** Bytes of the frame around a message: whether it is compressed, and its length. */
export const framing = 5;

/** A message as gRPC frames it: a byte that says that it is not compressed, its length, its bytes. */
export function grpcFrame(body: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(framing + body.length);
  frame[0] = 0;
  frame.writeUInt32BE(body.length, 1);
  frame.set(body, framing);
  return frame;
}
