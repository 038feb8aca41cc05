import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { decodeSeldonJson, encodeSeldonProto, InferenceError, seldonServices } from '@switchyard/protocol';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { blackHole, eventSinkServer, until } from '../../fixtures/event-sink-server.ts';
import { someRow } from '../../fixtures/linear.ts';
import { loggedServer } from '../../fixtures/logged-server.ts';
import { otlpReceiver } from '../../fixtures/otlp-receiver.ts';
import { linearPredictor } from '../../fixtures/serving.ts';
import { type Logger, silentLogger } from '../../log.ts';
import type { Predictor } from '../../predictor.ts';
import type { RunningServer } from '../../serve.ts';

const body = JSON.stringify({ data: { ndarray: [someRow] } });
const predictions = '/api/v1.0/predictions';
const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

const receivers: Awaited<ReturnType<typeof otlpReceiver>>[] = [];
afterEach(() => expect(receivers.splice(0).flatMap(({ problems }) => problems)).toEqual([]));

/** A server that sends its spans to a receiver, the headers that its predictor was given, and the spans when it has ended. */
async function start(flags: readonly string[] = [], answer?: () => number, fails?: () => Error | undefined) {
  const receiver = await otlpReceiver(answer);
  receivers.push(receiver);
  const inner = linearPredictor();
  const given: Readonly<Record<string, string>>[] = [];
  const predictor: Predictor = {
    ...inner,
    async predict(call) {
      given.push(call.headers);
      const error = fails?.();
      if (error) throw error;
      return inner.predict(call);
    },
  };
  const logged = await loggedServer(['--otlp-endpoint', receiver.url, ...flags], { predictor });
  const ended = async () => {
    await logged.server.close();
    return receiver.spans;
  };
  return { ...logged, receiver, given, ended };
}

function callGrpc({ grpcPort }: RunningServer, headers: Record<string, string>): Promise<unknown> {
  const client = new Client(`127.0.0.1:${grpcPort}`, credentials.createInsecure());
  onTestFinished(() => client.close());
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const { path, requestSerialize } = seldonServices.Model.Predict;
  const message = encodeSeldonProto(decodeSeldonJson(Buffer.from(body)));
  return new Promise((resolve, reject) =>
    client.makeUnaryRequest(
      path,
      requestSerialize,
      (bytes: Buffer) => bytes,
      message,
      metadata,
      (error, answer) => (error ? reject(error) : resolve(answer)),
    ),
  );
}

test('a request by REST is a span of the server, a child of the one that it came with', async () => {
  const { post, server, given, ended } = await start();
  await post(`${predictions}?a=b`, body, { traceparent, tracestate: 'x=y', 'seldon-puid': 'mine', 'user-agent': 'a-test' });
  const [span, ...others] = await ended();
  expect(others).toEqual([]);
  expect(span).toMatchObject({
    traceId,
    parentSpanId: 'b7ad6b7169203331',
    traceState: 'x=y',
    flags: 0x301,
    kind: 2,
    name: 'POST /api/v1.0/predictions',
    status: {},
  });
  expect(span?.attributes).toEqual({
    'http.request.method': 'POST',
    'http.route': predictions,
    'http.response.status_code': '200',
    'url.path': predictions,
    'url.scheme': 'http',
    'server.address': '127.0.0.1',
    'server.port': String(server.httpPort),
    'user_agent.original': 'a-test',
    'switchyard.service': 'predictions',
    'switchyard.puid': 'mine',
    'switchyard.model.name': 'lines',
    'switchyard.model.version': '3',
  });
  expect(given[0]).toMatchObject({ traceparent: `00-${traceId}-${span?.spanId}-01`, tracestate: 'x=y' });
  expect(Math.abs(Number(BigInt(span!.endTimeUnixNano) / 1_000_000n) - Date.now())).toBeLessThan(60_000);
});

test('a request by gRPC is one, too', async () => {
  const { server, given, ended } = await start();
  await callGrpc(server, { traceparent });
  const [span] = await ended();
  expect(span).toMatchObject({ traceId, parentSpanId: 'b7ad6b7169203331', kind: 2, name: 'seldon.protos.Model/Predict', status: {} });
  expect(span?.attributes).toMatchObject({
    'rpc.system.name': 'grpc',
    'rpc.method': 'seldon.protos.Model/Predict',
    'rpc.response.status_code': 'OK',
    'switchyard.model.name': 'lines',
  });
  expect(given[0]?.['traceparent']).toBe(`00-${traceId}-${span?.spanId}-01`);
});

test('a request without a trace begins one; what is no trace is none, and its state is of nothing', async () => {
  const { post, given, ended } = await start();
  await post(predictions, body);
  await post(predictions, body, { traceparent: 'nonsense', tracestate: 'x=y' });
  const [first, second] = await ended();
  expect(first?.parentSpanId).toBeUndefined();
  expect(first?.traceId).not.toBe(second?.traceId);
  expect(given.map((headers) => headers['traceparent'])).toEqual([first, second].map((each) => `00-${each?.traceId}-${each?.spanId}-01`));
  expect(second).not.toHaveProperty('traceState');
  expect(given[1]).not.toHaveProperty('tracestate');
});

test('what fails by the server’s fault is an error, what fails by the client’s is not', async () => {
  let error: Error | undefined = new InferenceError('INTERNAL', 'it broke');
  const { post, server, ended } = await start([], undefined, () => error);
  await post(predictions, body);
  await callGrpc(server, {}).catch(() => {});
  error = undefined;
  await post(predictions, '{"data":');
  const [broke, rpc, bad] = await ended();
  expect(broke).toMatchObject({
    status: { code: 2, message: 'it broke' },
    attributes: { 'http.response.status_code': '500', 'error.type': '500' },
  });
  expect(rpc).toMatchObject({ status: { code: 2 }, attributes: { 'rpc.response.status_code': 'INTERNAL', 'error.type': 'INTERNAL' } });
  expect(bad).toMatchObject({ status: {}, attributes: { 'http.response.status_code': '400' } });
  expect(bad?.attributes).not.toHaveProperty('error.type');
});

test('feedback is traced; probes, metadata and scrapes are not', async () => {
  const { post, server, ended } = await start();
  await post('/api/v1.0/feedback', '{"reward":1}');
  for (const path of ['/ready', '/metrics', '/v2/models/lines']) await fetch(`http://127.0.0.1:${server.httpPort}${path}`);
  expect((await ended()).map(({ name }) => name)).toEqual(['POST /api/v1.0/feedback']);
});

test('a trace that is not sampled stays so, for whoever is asked on its behalf as well', async () => {
  const { post, given, ended } = await start(['--traces-sampler', 'parentbased_traceidratio', '--traces-sampler-arg', '0']);
  await post(predictions, body, { traceparent: traceparent.replace(/01$/, '00') });
  await post(predictions, body);
  await post(predictions, body, { traceparent });
  const spans = await ended();
  expect(spans.map((span) => span.traceId)).toEqual([traceId]);
  expect(given[0]?.['traceparent']).toBe(traceparent.replace(/01$/, '00'));
  expect(given[1]?.['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
});

test('spans say whose they are, and go with the headers that were asked for, many at once', async () => {
  const { post, receiver, metric, ended } = await start([
    '--service-name=digits',
    '--resource-attributes=team=ml%20one,service.name=other',
    '--otlp-headers=authorization=Bearer%20x',
  ]);
  for (let each = 0; each < 50; each++) await (await post(predictions, body)).arrayBuffer();
  const spans = await ended();
  expect(spans).toHaveLength(50);
  expect(spans[0]?.resource).toMatchObject({
    'service.name': 'digits',
    'service.namespace': 'prod',
    'switchyard.deployment.name': 'shop',
    'switchyard.predictor.name': 'main',
    team: 'ml one',
  });
  expect(receiver.requests).toHaveLength(1);
  expect(receiver.requests[0]).toMatchObject({
    path: '/v1/traces',
    headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
  });
  expect(await metric('switchyard_spans_sent_total{')).toBe(50);
});

test('a batch goes as soon as it is full, fewer after their time', async () => {
  const { post, receiver } = await start(['--trace-batch', '3', '--trace-delay-ms', '600000']);
  for (let each = 0; each < 4; each++) await post(predictions, body);
  await until(() => receiver.spans.length === 3);
  const soon = await start(['--trace-delay-ms', '1']);
  await soon.post(predictions, body);
  await until(() => soon.receiver.spans.length === 1);
});

test('a collector that says it cannot now gets the spans again', async () => {
  let calls = 0;
  const { post, receiver, metric } = await start(['--trace-delay-ms', '1'], () => (++calls === 1 ? 503 : 200));
  await post(predictions, body);
  await until(() => receiver.spans.length === 1);
  expect(await metric('switchyard_spans_dropped_total{')).toBe(0);
});

test('a collector that says nothing costs the queue and a counter, and does not hold up the end', async () => {
  const hole = await blackHole();
  const { post, server, metric } = await loggedServer(['--otlp-endpoint', hole.url, '--trace-queue', '5', '--trace-batch', '2']);
  for (let each = 0; each < 20; each++) expect((await post(predictions, body)).status).toBe(200);
  expect(await metric('switchyard_spans_dropped_total{', 'full')).toBe(15);
  expect(await metric('switchyard_spans_queued{')).toBe(5);
  await server.close();
  expect(await metric('switchyard_spans_dropped_total{', 'closed')).toBe(5);
});

test.each([[['--otel-sdk-disabled']], [['--traces-exporter', 'none']]])(
  'with %j nothing is traced, and headers go on as they came',
  async (flags) => {
    const { post, given, ended, metric } = await start(flags);
    await post(predictions, body, { traceparent, tracestate: 'x=y' });
    await post(predictions, body);
    expect(await ended()).toEqual([]);
    expect(given[0]).toMatchObject({ traceparent, tracestate: 'x=y' });
    expect(given[1]).not.toHaveProperty('traceparent');
    expect(await metric('switchyard_spans')).toBe(0);
  },
);

test('requests are logged and traced side by side', async () => {
  const sink = await eventSinkServer();
  const { post, ended } = await start(['--request-log-url', sink.url]);
  await post(predictions, body, { 'seldon-puid': 'mine', traceparent });
  expect((await ended()).map((span) => span.attributes['switchyard.puid'])).toEqual(['mine']);
  expect(sink.received.map(({ headers }) => headers['ce-requestid'])).toEqual(['mine', 'mine']);
});

test.each([
  [['--otlp-endpoint', 'collector:4317'], 'http://'],
  [['--traces-sampler', 'sometimes'], 'traces-sampler'],
  [['--otlp-headers', 'secret'], 'no name=value'],
])('%j is refused', async (flags, message) => {
  await expect(loggedServer(flags)).rejects.toThrow(message);
});

test.each([
  [[], []],
  [['--otlp-protocol', 'http/json'], []],
  [['--otlp-protocol', 'grpc'], ['spans are sent as http/json, which is what there is: the collector has to take it']],
])('%j: the log says what is asked for and not spoken', async (flags, lines) => {
  const { url } = await otlpReceiver();
  const warned: string[] = [];
  const log = { ...silentLogger, warn: (_: unknown, message: string) => warned.push(message) } as unknown as Logger;
  await loggedServer(['--otlp-endpoint', url, ...flags], { log });
  expect(warned).toEqual(lines);
});
