import { once } from 'node:events';
import { request } from 'node:http';

type Output = { readonly name: string; readonly shape: readonly number[]; readonly parameters: { readonly binary_data_size: number } };
type Asked = { readonly outputs?: readonly { readonly name: string }[] };

export type BinaryAnswer = {
  readonly status: number;
  readonly error?: string;
  readonly outputs: readonly Output[];
  readonly bytes: Buffer;
};

/** Sends rows of float32 as raw bytes, by the binary extension of the Open Inference Protocol; `sent` is when the last byte has gone. */
export function inferRaw(http: string, model: string, columns: number, rows: Float32Array, asked: Asked = {}) {
  const shape = [rows.length / columns, columns];
  const inputs = [{ name: 'x', datatype: 'FP32', shape, parameters: { binary_data_size: rows.byteLength } }];
  const head = Buffer.from(JSON.stringify({ inputs, parameters: { binary_data_output: true }, ...asked }));
  const sending = request(`${http}/v2/models/${model}/infer`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', 'inference-header-content-length': head.length },
  });
  const answer = once(sending, 'response').then(async ([response]): Promise<BinaryAnswer> => {
    const body = Buffer.concat(await response.toArray());
    const length = Number(response.headers['inference-header-content-length'] ?? body.length);
    return { outputs: [], ...JSON.parse(body.subarray(0, length).toString()), status: response.statusCode, bytes: body.subarray(length) };
  });
  sending.end(Buffer.concat([head, new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength)]));
  return { answer, sent: once(sending, 'finish') };
}

/** The first output's numbers. */
export function floatsOf({ bytes, outputs: [output] }: BinaryAnswer): Float32Array {
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (output?.parameters.binary_data_size ?? 0)));
}
