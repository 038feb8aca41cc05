import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { UserError } from '@switchyard/config';
import { decodeSeldonProto, encodeFeedbackProto, encodeSeldonProto, seldonServices } from '@switchyard/protocol';
import { readAnswer, rowMessage, type PredictionClient } from './prediction-client.ts';

/** Speaks the Seldon gRPC API to `address`, such as `localhost:5001`. */
export function grpcClient(address: string, authorization?: string): PredictionClient {
  const metadata = new Metadata();
  if (authorization !== undefined) metadata.set('authorization', authorization);
  const client = new Client(address, credentials.createInsecure());
  const { Predict, SendFeedback } = seldonServices.Seldon;
  const call = (method: typeof Predict, body: Buffer): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        body,
        metadata,
        (error: ServiceError | null, answer) =>
          error ? reject(new UserError(`${address}${method.path}: ${error.details}`, { cause: error })) : resolve(answer as Buffer),
      );
    });
  return {
    async predict(row) {
      const body = encodeSeldonProto(rowMessage(row, 'tensor'));
      const start = performance.now();
      const answer = await call(Predict, body);
      return readAnswer(decodeSeldonProto(answer), performance.now() - start);
    },
    async feedback(feedback) {
      await call(SendFeedback, encodeFeedbackProto(feedback));
    },
    close: () => client.close(),
  };
}
