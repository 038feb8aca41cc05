import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { decodeSeldonProto, encodeSeldonProto, seldonServices, type Message } from '@switchyard/protocol';

/** Seldon's `Predict` over gRPC as its clients call it: a tensor of one row, and the deployment in the metadata. */
export async function predictOverGrpc(address: string, pixels: readonly number[], metadata: Record<string, string>): Promise<Message> {
  const client = new Client(address, credentials.createInsecure());
  const { Predict } = seldonServices.Seldon;
  const headers = new Metadata();
  for (const [name, value] of Object.entries(metadata)) headers.set(name, value);
  const tensor = { name: '', datatype: 'FP64' as const, shape: [1, pixels.length], data: Float64Array.from(pixels) };
  const body = encodeSeldonProto({ meta: {}, encoding: 'tensor', payload: { kind: 'tensors', tensors: [tensor] } });
  const deadline = Date.now() + 20_000;
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  client.makeUnaryRequest(
    Predict.path,
    Predict.requestSerialize,
    Predict.responseDeserialize,
    body,
    headers,
    { deadline },
    (error, value) => (error ? reject(error) : resolve(value as Buffer)),
  );
  try {
    return decodeSeldonProto(await promise);
  } finally {
    client.close();
  }
}
