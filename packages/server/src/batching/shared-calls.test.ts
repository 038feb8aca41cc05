import { Client, credentials } from '@grpc/grpc-js';
import { decodeSeldonProto, encodeSeldonProto, seldonServices } from '@switchyard/protocol';
import { expect, test } from 'vitest';
import { closeAfter } from '../fixtures/close-after.ts';
import { linearModel, someRow, someWeights, width } from '../fixtures/linear.ts';
import { serveLocally, unit } from '../fixtures/serving.ts';
import { createMetrics } from '../metrics.ts';
import { readIdentity } from '../identity.ts';
import { modelPredictor } from '../model-predictor.ts';
import { fixedModel } from '../model-source.ts';
import type { Predictor } from '../predictor.ts';

/** A server whose model answers its first call only when `count` requests are there, or `all` is resolved. */
async function start(count: number) {
  const all = Promise.withResolvers<void>();
  const metrics = createMetrics(readIdentity({ modelName: 'lines' }, {}));
  const model = { ...linearModel(someWeights, { before: () => all.promise }), batching: true };
  const batching = { maxRows: 64, maxDelayMs: 0, maxWaiting: 64, onBatch: metrics.inferences('lines', '3').called };
  const inner = modelPredictor(fixedModel('lines', model, { version: '3', batching }), unit);
  let here = 0;
  let look = (): void => {};
  const predict: Predictor['predict'] = (call) => {
    const answer = inner.predict(call);
    if (++here === count) all.resolve();
    look();
    return answer;
  };
  const server = await serveLocally({ ...inner, predict }, { metrics, drainMs: 0 });
  closeAfter(server);
  const client = new Client(`127.0.0.1:${server.grpcPort}`, credentials.createInsecure());
  closeAfter(client);
  const arrived = (wanted: number): Promise<void> =>
    new Promise((resolve) => {
      look = () => (here >= wanted ? resolve() : undefined);
      look();
    });
  return { client, all, arrived, http: `http://127.0.0.1:${server.httpPort}` };
}

test('requests of REST and gRPC share calls, and each gets its own answer; figures tell of both', async () => {
  const { client, http } = await start(11);
  const rows = Array.from({ length: 11 }, (_, at) => someRow.map((value) => (value * (at + 1)) / 11));

  async function byRest(row: number[]): Promise<number[]> {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ data: { ndarray: [row] } }) };
    const answer = (await (await fetch(`${http}/api/v1.0/predictions`, init)).json()) as { data: { ndarray: number[][] } };
    return answer.data.ndarray[0]!;
  }
  const { path, requestSerialize, responseDeserialize } = seldonServices.Seldon.Predict;
  function byGrpc(row: number[]): Promise<number[]> {
    const tensor = { name: '', datatype: 'FP64', shape: [1, width], data: Float64Array.from(row) } as const;
    const message = encodeSeldonProto({ meta: {}, encoding: 'tensor', payload: { kind: 'tensors', tensors: [tensor] } });
    return new Promise((resolve, reject) =>
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, message, (error, answer) => {
        if (error) return reject(error);
        const { payload } = decodeSeldonProto(answer as Buffer);
        resolve([...((payload.kind === 'tensors' ? payload.tensors[0]!.data : []) as Float64Array)]);
      }),
    );
  }

  const answers = await Promise.all(rows.map((row, at) => (at % 2 === 0 ? byRest(row) : byGrpc(row))));
  const model = linearModel(someWeights);
  for (const [at, row] of rows.entries()) {
    const [alone] = await model.predict([{ name: 'x', datatype: 'FP32', shape: [1, width], data: Float32Array.from(row) }]);
    expect(answers[at]).toEqual([...(alone!.data as Float32Array)]);
  }

  const figures = await (await fetch(`${http}/metrics`)).text();
  const figure = (name: string): number => Number(new RegExp(`^switchyard_batch_rows_${name}{.*} (\\d+)$`, 'm').exec(figures)?.[1]);
  expect(figure('sum')).toBe(11);
  expect(figure('count')).toBeLessThan(11);
  const { model_stats: stats } = (await (await fetch(`${http}/v2/models/lines/stats`)).json()) as {
    model_stats: Record<string, unknown>[];
  };
  expect(stats[0]).toMatchObject({ inference_count: 11, execution_count: figure('count') });
  expect(figures).toMatch(/^switchyard_inference_queue_seconds_count\{model="lines",version="3"\} 11$/m);
  expect(figures).toMatch(/^nv_inference_count\{model="lines",version="3"\} 11$/m);
});

test('who is late, or goes, while the model computes for others is not computed for', async () => {
  const { http, all, arrived } = await start(4);
  const body = JSON.stringify({ data: { ndarray: [someRow] } });
  const post = (headers: Record<string, string> = {}, signal?: AbortSignal) =>
    fetch(`${http}/api/v1.0/predictions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      ...(signal && { signal }),
    });
  const first = post();
  await arrived(1);
  await new Promise(setImmediate); // its call is under way
  const controller = new AbortController();
  const goes = post({}, controller.signal);
  await arrived(2);
  controller.abort();
  await expect(goes).rejects.toThrow();
  expect((await post({ 'x-request-timeout': '0.05' })).status).toBe(504);
  all.resolve();
  expect((await first).status).toBe(200);
  expect(await (await fetch(`${http}/metrics`)).text()).toMatch(/^switchyard_batch_rows_sum{.*} 1$/m);
});
