import { decodeSeldonJson, decodeSeldonProto, encodeSeldonJson, encodeSeldonProto } from '@switchyard/protocol';
import type { Digits } from './digits.ts';
import { oipRaw } from './oip-raw.ts';

/** A way to ask for probabilities of rows of 784 numbers, and to read them in the answer. */
export type Form = {
  readonly kind: string;
  readonly protocol: 'http' | 'grpc';
  path(model: string): string;
  headers(rows: number): Readonly<Record<string, string>>;
  body(digits: Digits, model: string): Buffer;
  read(answer: Buffer, rows: number): number[];
};

const rowsOf = ({ pixels, labels }: Digits): number[][] => labels.map((_, row) => Array.from(pixels.subarray(row * 784, row * 784 + 784)));
const text = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const parse = <T>(answer: Buffer): T => JSON.parse(answer.toString()) as T;
const json = { protocol: 'http', headers: () => ({ 'content-type': 'application/json' }) } as const;

/** Seldon's ndarray, the form of the seed's notebook. */
export const seldonJson: Form = {
  ...json,
  kind: 'Seldon ndarray, JSON',
  path: () => '/predict',
  body: (digits) => text({ data: { ndarray: rowsOf(digits) } }),
  read: (answer) => parse<{ data: { ndarray: number[][] } }>(answer).data.ndarray.flat(),
};

export const v1Json: Form = {
  ...json,
  kind: 'KServe V1, JSON',
  path: (model) => `/v1/models/${model}:predict`,
  body: (digits) => text({ instances: rowsOf(digits) }),
  read: (answer) => parse<{ predictions: number[][] }>(answer).predictions.flat(),
};

export const oipJson: Form = {
  ...json,
  kind: 'OIP V2, JSON',
  path: (model) => `/v2/models/${model}/infer`,
  body: ({ pixels, labels }) => text({ inputs: [{ name: 'x', shape: [labels.length, 784], datatype: 'FP32', data: Array.from(pixels) }] }),
  read: (answer) => parse<{ outputs: [{ data: number[] }] }>(answer).outputs[0].data,
};

const floats = ({ pixels }: Digits): Buffer => Buffer.from(Float32Array.from(pixels).buffer);

function binaryHead(rows: number): Buffer {
  const parameters = { binary_data_size: rows * 784 * 4 };
  return text({ inputs: [{ name: 'x', shape: [rows, 784], datatype: 'FP32', parameters }], parameters: { binary_data_output: true } });
}

/** Raw float32 by the Open Inference Protocol's binary extension. */
export const oipBinary: Form = {
  protocol: 'http',
  kind: 'OIP V2, binary',
  path: oipJson.path,
  headers: (rows) => ({
    'content-type': 'application/octet-stream',
    'inference-header-content-length': String(binaryHead(rows).length),
  }),
  body: (digits) => Buffer.concat([binaryHead(digits.labels.length), floats(digits)]),
  read: lastNumbers,
};

/** Raw float32 by ModelInfer. */
export const oipGrpc: Form = {
  protocol: 'grpc',
  kind: 'OIP V2, gRPC raw',
  path: () => '/inference.GRPCInferenceService/ModelInfer',
  headers: () => ({}),
  body: ({ pixels, labels }, model) => oipRaw(model, labels.length, Float32Array.from(pixels)),
  read: lastNumbers,
};

/** Seldon's tensor by its own method, which is what routers are asked by. */
export const seldonGrpc: Form = {
  protocol: 'grpc',
  kind: 'Seldon tensor, gRPC',
  path: () => '/seldon.protos.Seldon/Predict',
  headers: () => ({}),
  body: ({ pixels, labels }) =>
    encodeSeldonProto(decodeSeldonJson(text({ data: { tensor: { shape: [labels.length, 784], values: [...pixels] } } }))),
  read: (answer) => [
    ...(JSON.parse(encodeSeldonJson(decodeSeldonProto(answer)).toString()) as { data: { tensor: { values: number[] } } }).data.tensor
      .values,
  ],
};

/** In either form the numbers of the only output are the last bytes of the answer, and its datatype stands before them. */
function lastNumbers(answer: Buffer, rows: number): number[] {
  const size = /FP(32|64)/.exec(answer.toString('latin1'))?.[1] === '64' ? 8 : 4;
  const from = answer.length - rows * 10 * size;
  return Array.from({ length: rows * 10 }, (_, at) =>
    size === 8 ? answer.readDoubleLE(from + at * 8) : answer.readFloatLE(from + at * 4),
  );
}
