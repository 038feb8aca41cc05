import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readSettings } from '@switchyard/config';
import { createMetrics, openTelemetry, readIdentity, serve, silentLogger, telemetrySettings } from '@switchyard/server';
import { decodeSeldonJson, encodeSeldonProto } from '@switchyard/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { restModel } from './test/graph.ts';
import { graph, grpcUnit, restUnit, tensor } from './test/harness.ts';

type Span = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly kind: number;
  readonly name: string;
  readonly flags: number;
  readonly status: { readonly code?: number };
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, string>> }[];
};

/** A collector on a real socket. */
async function collector() {
  const spans: Span[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString()) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
    spans.push(...resourceSpans.flatMap((each) => each.scopeSpans.flatMap((scope) => scope.spans)));
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans };
}

/** A router of this graph that sends its spans to a collector; `ended` gives them when it has ended. */
async function router(raw: Parameters<typeof graph>[0], flags: readonly string[] = []) {
  const { url, spans } = await collector();
  const identity = readIdentity({ deploymentName: 'shop', predictorName: 'main' }, {});
  const metrics = createMetrics(identity);
  const values = readSettings(telemetrySettings, { argv: ['--otlp-endpoint', url, ...flags], env: {} });
  const telemetry = await openTelemetry({ identity, httpPort: 8000, metrics, log: silentLogger, values });
  const predictor = await graph(raw, { telemetry, metrics });
  const server = await serve(predictor, { kind: 'router', host: '127.0.0.1', httpPort: 0, grpcPort: 0, metrics, telemetry, drainMs: 100 });
  onTestFinished(() => server.close());
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${server.httpPort}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  const ended = async () => {
    await server.close();
    return spans;
  };
  return { post, ended };
}

const body = '{"data":{"ndarray":[[1,2]]}}';
const predictions = '/api/v1.0/predictions';
const attributesOf = (span: Span | undefined) =>
  Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]));

test('each call of a unit is a span of its own below the request’s, and the unit is told of it', async () => {
  const model = await restUnit(() => tensor(3, 4));
  const other = await grpcUnit(() => Buffer.from(encodeSeldonProto(decodeSeldonJson(Buffer.from(tensor(5, 6))))));
  const grpcModel = { name: 'b', type: 'MODEL', endpoint: { type: 'GRPC', service_host: '127.0.0.1', grpcPort: other.port } };
  const { post, ended } = await router({
    name: 'mean',
    implementation: 'AVERAGE_COMBINER',
    children: [restModel('a', model.port), grpcModel],
  });
  expect((await post(predictions, body)).status).toBe(200);
  const spans = await ended();
  const request = spans.find(({ kind }) => kind === 2)!;
  const [rest, grpc] = spans.filter(({ kind }) => kind === 3).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  expect([rest, grpc].map((span) => [span?.traceId, span?.parentSpanId, span?.flags, span?.name])).toEqual([
    [request.traceId, request.spanId, 0x101, 'POST /predict'],
    [request.traceId, request.spanId, 0x101, 'seldon.protos.Model/Predict'],
  ]);
  expect(attributesOf(rest)).toEqual({
    'http.request.method': 'POST',
    'http.response.status_code': '200',
    'url.full': `http://127.0.0.1:${model.port}/predict`,
    'url.template': '/predict',
    'server.address': '127.0.0.1',
    'server.port': String(model.port),
    'switchyard.unit': 'a',
  });
  expect(attributesOf(grpc)).toMatchObject({ 'rpc.system.name': 'grpc', 'rpc.response.status_code': 'OK', 'switchyard.unit': 'b' });
  expect(model.received[0]?.headers['traceparent']).toBe(`00-${rest?.traceId}-${rest?.spanId}-01`);
  expect(other.received[0]?.metadata['traceparent']).toBe(`00-${grpc?.traceId}-${grpc?.spanId}-01`);
});

test('a unit that fails is an error of its span and of the request’s; feedback is traced as well', async () => {
  const model = await restUnit(({ path }) => (path === '/predict' ? { status: 500, body: 'no' } : '{}'));
  const { post, ended } = await router(restModel('a', model.port));
  await post(predictions, body);
  await post('/api/v1.0/feedback', '{"reward":1}');
  const spans = await ended();
  expect(spans.map(({ kind, name, status }) => [kind, name, status.code])).toEqual([
    [3, 'POST /predict', 2],
    [2, 'POST /api/v1.0/predictions', 2],
    [3, 'POST /send-feedback', undefined],
    [2, 'POST /api/v1.0/feedback', undefined],
  ]);
  expect(attributesOf(spans[0])).toMatchObject({ 'http.response.status_code': '500', 'error.type': '500' });
});

test('of a trace that is not sampled there are no spans, and units are told so', async () => {
  const model = await restUnit(() => tensor(1));
  const { post, ended } = await router(restModel('a', model.port), ['--traces-sampler', 'always_off']);
  await post(predictions, body);
  expect(await ended()).toEqual([]);
  expect(model.received[0]?.headers['traceparent']).toMatch(/-00$/);
});
