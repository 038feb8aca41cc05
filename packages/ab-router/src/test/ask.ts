import { Client, credentials } from '@grpc/grpc-js';
import { decodeSeldonJson, decodeSeldonProto, encodeSeldonProto, type Message, seldonServices } from '@switchyard/protocol';

/** What came of a request: the number that the model answered, and which way the router says it went; or the error. */
export type Asked = { readonly id?: number; readonly route?: number; readonly path?: readonly string[]; readonly error?: string };

export type Ask = { predict(rows: readonly (readonly number[])[]): Promise<Asked>; close(): void };

const reading = (work: Promise<Message>): Promise<Asked> =>
  work.then(
    ({ payload, meta }) => ({
      id: payload.kind === 'tensors' ? Number(payload.tensors[0]?.data[0]) : Number.NaN,
      route: meta.routing?.['ab'] ?? Number.NaN,
      path: Object.keys(meta.requestPath ?? {}).toSorted(),
    }),
    (error: unknown) => ({ error: String(error) }),
  );

/** A client of the router by REST. */
export function askRest(port: number): Ask {
  const ask = async (body: string): Promise<Message> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1.0/predictions`, { method: 'POST', headers, body });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (answer.status !== 200) throw new Error(`${answer.status}: ${bytes}`);
    return decodeSeldonJson(bytes);
  };
  return { predict: (rows) => reading(ask(JSON.stringify({ data: { ndarray: rows } }))), close() {} };
}

/** A client of the router by gRPC. */
export function askGrpc(port: number): Ask {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const { path, requestSerialize, responseDeserialize } = seldonServices.Seldon.Predict;
  const ask = (body: Buffer): Promise<Message> =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, body, (error, answer) =>
        error ? reject(error) : resolve(decodeSeldonProto(answer as Buffer)),
      );
    });
  return {
    predict: (rows) => reading(ask(encodeSeldonProto(decodeSeldonJson(Buffer.from(JSON.stringify({ data: { ndarray: rows } })))))),
    close: () => client.close(),
  };
}
