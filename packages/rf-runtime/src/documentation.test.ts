import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileStore } from '@switchyard/artifact';
import { grpcClient, startServer, type GrpcClient, type ServerProcess } from '@switchyard/conformance';
import { encodeForest, trainForest } from '@switchyard/forest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inferRaw } from './test/binary-client.ts';

const page = await readFile(new URL('../../../docs/forest.md', import.meta.url), 'utf8');
const examples = [
  ...page
    .split('## Asking for more\n')[1]!
    .split('\n## ')[0]!
    .matchAll(/```json\n(.*?)```/gs),
].map(([, text]) => JSON.parse(text!) as object);

// Where the first column is 0, class zero. Else the second says: 0 is class one; 1, or that it is missing, class two.
const features = Float64Array.of(0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 1, 0, 1, 1, 1, NaN);
const labels = Uint8Array.of(0, 0, 0, 0, 1, 1, 2, 2);
const withMissing = Float32Array.of(1, NaN, 0, NaN, 1, 0);

const servers: ServerProcess[] = [];
let folder: string;
let taking: ServerProcess; // its contract says that values may be missing
let strict: ServerProcess;
beforeAll(async () => {
  const rows = { features, labels, rows: 8, columns: 2, classes: 3 };
  const { forest } = await trainForest(rows, { nEstimators: 2, bootstrap: false, maxFeatures: 'all' }, { threads: 1 });
  folder = await mkdtemp(join(tmpdir(), 'rf-documentation-'));
  const serve = async (name: string, missing: boolean): Promise<ServerProcess> => {
    await fileStore(folder).publish(name, async (directory) => {
      await writeFile(join(directory, 'forest.bin'), encodeForest(forest));
      return {
        format: 'switchyard-forest',
        signature: {
          inputs: [{ name: 'x', datatype: 'FP64', shape: [-1, 2], ...(missing && { missing: true as const }) }],
          outputs: [{ name: 'probabilities', datatype: 'FP64', shape: [-1, 3], columns: ['zero', 'one', 'two'] }],
        },
        classNames: ['zero', 'one', 'two'],
        metrics: {},
        hyperparameters: {},
        seed: 0,
        dataset: { name: 'table', digest: '0'.repeat(64), rows: 8 },
        producer: 'rf-runtime-tests@0.1.0',
      };
    });
    const server = await startServer(new URL('main.ts', import.meta.url), { store: folder, model: name });
    servers.push(server);
    await server.ready();
    return server;
  };
  [taking, strict] = await Promise.all([serve('taking', true), serve('strict', false)]);
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function post(server: ServerProcess, path: string, body: object): Promise<{ status: number; json: unknown }> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${server.http}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, json: await response.json() };
}

test('the examples of docs/forest.md are answered as it shows', async () => {
  const [oip, oipAnswer, seldon, seldonAnswer] = examples as [object, object, object, object];
  expect(examples).toHaveLength(4);
  expect(await post(strict, '/v2/models/strict/infer', oip)).toMatchObject({ status: 200, json: oipAnswer });
  expect(await post(strict, '/api/v1.0/predictions', seldon)).toMatchObject({ status: 200, json: seldonAnswer });
});

describe('values that are missing', () => {
  const clients: GrpcClient[] = [];
  const inferGrpc = (server: ServerProcess) => {
    const client = grpcClient('inference.GRPCInferenceService', server.grpc);
    clients.push(client);
    const inputs = [{ name: 'x', datatype: 'FP32', shape: [3, 2] }];
    return client.call('ModelInfer', { inputs, raw_input_contents: [Buffer.from(withMissing.buffer)] });
  };
  afterAll(() => clients.forEach((client) => client.close()));
  const answers = [0, 0, 1, 1, 0, 0, 0, 1, 0];
  const refusal = 'input "x" row 0, column 1: NaN is not a finite number; this model takes FP64 [-1, 2]';

  test('reach a forest that was trained with some, as raw bytes by REST and gRPC', async () => {
    const rest = await inferRaw(taking.http, 'taking', 2, withMissing).answer;
    const { raw_output_contents: raw } = await inferGrpc(taking);
    const doubles = (bytes: Buffer): number[] => Array.from({ length: 9 }, (_, at) => bytes.readDoubleLE(8 * at));
    expect(doubles(rest.bytes)).toEqual(answers);
    expect(doubles(raw[0])).toEqual(answers);
  });

  test('are refused by one without, by row and column', async () => {
    expect(await inferRaw(strict.http, 'strict', 2, withMissing).answer).toMatchObject({ status: 400, error: refusal });
    await expect(inferGrpc(strict)).rejects.toThrow(refusal);
  });

  test('are null in the JSON of tables, and not in other JSON', async () => {
    const cells = [[1, null]];
    const table = { dataframe_split: { columns: ['a', 'b'], data: cells } };
    expect(await post(taking, '/invocations', table)).toEqual({ status: 200, json: { predictions: [[0, 0, 1]] } });
    expect((await post(strict, '/invocations', table)).status).toBe(400);
    const inputs = [{ name: 'x', datatype: 'FP64', shape: [1, 2], data: [1, null] }];
    expect(await post(taking, '/v2/models/taking/infer', { inputs })).toMatchObject({
      status: 400,
      json: { error: expect.stringContaining('element 1 is null, not a number') },
    });
    expect(await post(taking, '/api/v1.0/predictions', { data: { ndarray: cells } })).toMatchObject({ status: 400 });
  });
});
