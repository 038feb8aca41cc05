import { decodeSeldonJson, encodeSeldonProto } from '@switchyard/protocol';
import { figureOf, type Figure } from '../lib/figures.ts';
import { load, type LoadSpec } from '../lib/start-load.ts';
import type { Server } from './servers.ts';

/** One kind of request to one server. */
export type Case = {
  readonly server: string;
  readonly kind: string;
  readonly target: Server;
  readonly request: Pick<LoadSpec, 'protocol' | 'address' | 'path' | 'headers' | 'body'>;
};

export type Requests = {
  readonly server: string;
  readonly kind: string;
  /** CPU of the server a request, in microseconds. */
  readonly cpuMicros: Figure;
  /** The same over the yardstick's CPU for a request with the same body, measured just before and after. */
  readonly ratio: Figure;
  readonly perSecond: Figure;
  readonly p50: Figure;
  readonly p99: Figure;
};

const json = { 'content-type': 'application/json' };

/** One row as Seldon's ndarray in JSON, the form of the seed's notebook. */
export function ndarray(server: string, target: Server, row: readonly number[], path = '/predict'): Case {
  const body = Buffer.from(JSON.stringify({ data: { ndarray: [row] } })).toString('base64');
  return {
    server,
    kind: 'Seldon ndarray, REST',
    target,
    request: { protocol: 'http', address: target.http + path, path, headers: json, body },
  };
}

/** One row as Seldon's tensor over gRPC. */
export function seldonGrpc(server: string, target: Server, row: readonly number[], path = '/seldon.protos.Model/Predict'): Case {
  const message = decodeSeldonJson(Buffer.from(JSON.stringify({ data: { tensor: { shape: [1, row.length], values: row } } })));
  const proto = encodeSeldonProto({ meta: message.meta, encoding: message.encoding, payload: message.payload });
  return {
    server,
    kind: 'Seldon tensor, gRPC',
    target,
    request: { protocol: 'grpc', address: target.grpc, path, headers: {}, body: proto.toString('base64') },
  };
}

/** One row of raw float32 by the Open Inference Protocol's binary extension. */
export function oipBinary(server: string, target: Server, row: readonly number[], model: string): Case {
  const data = Buffer.from(Float32Array.from(row).buffer);
  const input = { name: 'x', shape: [1, row.length], datatype: 'FP32', parameters: { binary_data_size: data.length } };
  const head = Buffer.from(JSON.stringify({ inputs: [input], parameters: { binary_data_output: true } }));
  const headers = { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(head.length) };
  const path = `/v2/models/${model}/infer`;
  const body = Buffer.concat([head, data]).toString('base64');
  return { server, kind: 'OIP binary, REST', target, request: { protocol: 'http', address: target.http + path, path, headers, body } };
}

/** Loads each case by turns, the yardstick before and after it with the same body. */
export async function requests(cases: readonly Case[], yardstick: Server, rounds: number, seconds: number): Promise<Requests[]> {
  const runs = cases.map(() => ({
    cpuMicros: [] as number[],
    ratio: [] as number[],
    perSecond: [] as number[],
    p50: [] as number[],
    p99: [] as number[],
  }));
  const closed = { clients: 16, warmSeconds: seconds, seconds };
  for (let round = 0; round < rounds; round++) {
    for (const [index, { server, kind, target, request }] of cases.entries()) {
      process.stderr.write(`${kind} to ${server}, ${round + 1}/${rounds}\n`);
      const measure = {
        clients: 16,
        warmSeconds: 0.5,
        seconds: seconds / 2,
        protocol: 'http',
        address: yardstick.http,
        path: '/',
        headers: json,
        body: request.body,
      } as const;
      const before = await load(measure, yardstick.process.pid!);
      const found = await load({ ...closed, ...request }, target.process.pid!);
      const after = await load(measure, yardstick.process.pid!);
      const run = runs[index]!;
      run.cpuMicros.push(found.serverCpuMicros);
      run.ratio.push((2 * found.serverCpuMicros) / (before.serverCpuMicros + after.serverCpuMicros));
      run.perSecond.push(found.requests / found.seconds);
      run.p50.push(found.p50);
      run.p99.push(found.p99);
    }
  }
  return cases.map(({ server, kind }, index) => {
    const { cpuMicros, ratio, perSecond, p50, p99 } = runs[index]!;
    return {
      server,
      kind,
      cpuMicros: figureOf(cpuMicros),
      ratio: figureOf(ratio),
      perSecond: figureOf(perSecond),
      p50: figureOf(p50),
      p99: figureOf(p99),
    };
  });
}
