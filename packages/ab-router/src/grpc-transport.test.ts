import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import {
  decodeFeedbackJson,
  decodeFeedbackProto,
  decodeMessageListProto,
  decodeSeldonProto,
  encodeHealthCheck,
  encodeSeldonModelMetadata,
  encodeSeldonProto,
  InferenceError,
  type Message,
  routeMessage,
} from '@switchyard/protocol';
import { createMetrics, readIdentity } from '@switchyard/server';
import type { GraphOptions } from './graph-options.ts';
import { callOf, jsonOf, type predictorOf, restModel } from './test/graph.ts';
import { deadPort, graph, grpcUnit, restUnit } from './test/harness.ts';

const grpcAt = (port: number): object => ({ endpoint: { type: 'GRPC', service_host: '127.0.0.1', grpcPort: port } });
const numbers = (...values: number[]): Message => ({
  meta: {},
  encoding: 'tensor',
  payload: { kind: 'tensors', tensors: [{ name: '', datatype: 'FP64', shape: [1, values.length], data: Float64Array.from(values) }] },
});
const answering =
  (...values: number[]) =>
  (): Buffer =>
    encodeSeldonProto(numbers(...values));

test('a gRPC request passes to a gRPC unit as its bytes, with the id laid over its meta', async () => {
  const model = await grpcUnit(answering(0.25, 0.75));
  const predictor = await graph({ name: 'm', type: 'MODEL', ...grpcAt(model.port) });
  const bytes = encodeSeldonProto(numbers(1, 2));
  const answer = await predictor.predict(callOf(decodeSeldonProto(bytes), { headers: { 'x-user': 'u1' } }));
  const [received] = model.received;
  expect(received).toMatchObject({ path: '/seldon.protos.Model/Predict', metadata: { 'x-user': 'u1', 'seldon-puid': 'puid-1' } });
  const sent = decodeSeldonProto(received?.body ?? Buffer.alloc(0));
  expect(sent.meta.puid).toBe('puid-1');
  expect(sent.payload).toMatchObject({ tensors: [{ shape: [1, 2], data: Float64Array.of(1, 2) }] });
  expect(answer.wire?.format).toBe('seldon-proto');
  expect(answer.meta).toEqual({ puid: 'puid-1', tags: {}, routing: {}, requestPath: { m: 'acme/m:1.0' } });
});

test('JSON goes to a gRPC unit and back, and gRPC to a REST unit and back', async () => {
  const grpc = await grpcUnit(answering(5));
  const rest = await restUnit(() => '{"data":{"tensor":{"shape":[1,1],"values":[6]}}}');
  const viaGrpc = await graph({ name: 'm', type: 'MODEL', ...grpcAt(grpc.port) });
  expect(jsonOf(await viaGrpc.predict(callOf({ data: { ndarray: [[1, 2]] } })))).toMatchObject({
    data: { tensor: { shape: [1, 1], values: [5] } },
  });
  expect(decodeSeldonProto(grpc.received[0]?.body ?? Buffer.alloc(0)).encoding).toBe('ndarray');
  const viaRest = await graph(restModel('m', rest.port));
  const answer = await viaRest.predict(callOf(decodeSeldonProto(encodeSeldonProto(numbers(1, 2)))));
  expect(JSON.parse(rest.received[0]?.body ?? '').data).toMatchObject({ tensor: { shape: [1, 2], values: [1, 2] } });
  expect(decodeSeldonProto(encodeSeldonProto(answer)).payload).toMatchObject({ tensors: [{ data: Float64Array.of(6) }] });
});

test('each kind of unit is called by its own service', async () => {
  const paths: string[] = [];
  const all = await grpcUnit(({ path, body }) => {
    paths.push(path);
    if (path.endsWith('/Route')) return encodeSeldonProto(routeMessage(-1));
    if (path.endsWith('/Aggregate')) expect(decodeMessageListProto(body)).toHaveLength(2);
    return answering(1)();
  });
  const node = (name: string, type: string, ...children: Parameters<typeof predictorOf>[0][]) => ({
    name,
    type,
    ...grpcAt(all.port),
    children,
  });
  const predictor = await graph(
    node(
      'out',
      'OUTPUT_TRANSFORMER',
      node('in', 'TRANSFORMER', node('mix', 'COMBINER', node('a', 'MODEL'), node('r', 'ROUTER', node('b', 'MODEL')))),
    ),
  );
  const answer = await predictor.predict(callOf({ data: { ndarray: [[1]] } }));
  expect(answer.meta.routing).toEqual({ out: -1, in: -1, mix: -1, r: -1 });
  expect(paths.toSorted()).toEqual(
    [
      'Combiner/Aggregate',
      'Model/Predict',
      'Model/Predict',
      'OutputTransformer/TransformOutput',
      'Router/Route',
      'Transformer/TransformInput',
    ].map((path) => `/seldon.protos.${path}`),
  );
});

test('feedback is sent with its reward, 0 too', async () => {
  const model = await grpcUnit(() => Buffer.alloc(0));
  const predictor = await graph({ name: 'm', type: 'MODEL', ...grpcAt(model.port) });
  const feedback = decodeFeedbackJson(
    Buffer.from('{"reward":0,"response":{"meta":{"routing":{}},"data":{"ndarray":[[1]]}},"truth":{"strData":"7"}}'),
  );
  await predictor.feedback(feedback, callOf({}));
  const [received] = model.received;
  expect(received?.path).toBe('/seldon.protos.Model/SendFeedback');
  const sent = decodeFeedbackProto(received?.body ?? Buffer.alloc(0));
  expect(sent.reward).toBe(0);
  expect(sent.truth?.payload).toEqual({ kind: 'text', text: '7' });
});

test("a unit's status is passed on, and a unit that is not there or too slow is told by name", async () => {
  const refusing = await grpcUnit(() => {
    throw Object.assign(new Error(), { code: status.INVALID_ARGUMENT, details: 'input "x" has 1 column' });
  });
  const failed = async (port: number, options: GraphOptions = {}): Promise<unknown> =>
    (await graph({ name: 'm', type: 'MODEL', ...grpcAt(port) }, options))
      .predict(callOf({ data: { ndarray: [[1]] } }))
      .catch((error: unknown) => error);
  expect(await failed(refusing.port)).toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: `unit "m" at 127.0.0.1:${refusing.port}: input "x" has 1 column`,
  });
  const gone = await deadPort();
  expect(await failed(gone)).toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining(`unit "m" at 127.0.0.1:${gone} cannot be reached`),
  });
  const slow = await grpcUnit(() => undefined);
  expect(await failed(slow.port, { timeoutMs: 50 })).toMatchObject({
    code: 'DEADLINE_EXCEEDED',
    message: expect.stringContaining('did not answer within 50 ms'),
  });
});

test('a client that is gone ends the call', async () => {
  const slow = await grpcUnit(() => undefined);
  const predictor = await graph({ name: 'm', type: 'MODEL', ...grpcAt(slow.port) });
  const client = new AbortController();
  const answer = predictor.predict(callOf({ data: { ndarray: [[1]] } }, { signal: client.signal })).catch((error: unknown) => error);
  while (slow.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  client.abort(new InferenceError('CANCELLED', 'gone'));
  expect(await answer).toMatchObject({ code: 'CANCELLED', message: 'gone' });
  expect(await predictor.predict(callOf({}, { signal: client.signal })).catch((error: unknown) => error)).toMatchObject({
    code: 'CANCELLED',
  });
});

test('readiness is what the health service says, metadata what Model.Metadata says', async () => {
  let health = encodeHealthCheck('NOT_SERVING');
  const metadata = {
    name: 'm',
    versions: ['2'],
    platform: 'p',
    inputs: [{ name: 'x', datatype: 'FP32' as const, shape: [-1, 2] }],
    outputs: [],
  };
  const model = await grpcUnit(({ path }) => (path.startsWith('/grpc.health') ? health : encodeSeldonModelMetadata(metadata)));
  const raw = { name: 'm', type: 'MODEL', ...grpcAt(model.port) };
  expect(await (await graph(raw)).ready()).toEqual({ reason: `unit "m" at 127.0.0.1:${model.port} says that it is not serving` });
  health = encodeHealthCheck('SERVING');
  expect(await (await graph(raw)).ready()).toBe(true);
  expect(await (await graph(raw)).graphMetadata?.()).toMatchObject({
    models: { m: { name: 'm', versions: ['2'] } },
    inputs: [{ name: 'x' }],
  });
  const gone = await deadPort();
  expect(await (await graph({ ...raw, ...grpcAt(gone) })).ready()).toMatchObject({
    reason: expect.stringContaining('cannot be reached'),
  });
});

test('each call is measured under its method', async () => {
  const metrics = createMetrics(readIdentity({}, {}));
  const model = await grpcUnit(answering(1));
  await (await graph({ name: 'm', type: 'MODEL', ...grpcAt(model.port) }, { metrics })).predict(callOf({ data: { ndarray: [[1]] } }));
  expect(await metrics.registry.metrics()).toMatch(
    /_client_requests_seconds_count\{.*service="\/seldon.protos.Model\/Predict",method="unary",code="OK"\} 1/,
  );
});
