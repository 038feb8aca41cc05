import { Client, credentials, Metadata } from '@grpc/grpc-js';
import {
  decodeSeldonJson,
  decodeSeldonProto,
  encodeFeedbackProto,
  encodeSeldonProto,
  InferenceError,
  seldonServices,
  type RawMethod,
} from '@switchyard/protocol';
import { describe, expect, onTestFinished, test } from 'vitest';
import { eventSinkServer, until, type Received } from '../../fixtures/event-sink-server.ts';
import { someRow, width } from '../../fixtures/linear.ts';
import { loggedServer } from '../../fixtures/logged-server.ts';
import type { RunningServer } from '../../serve.ts';

const body = `{ "data": {"ndarray": [[${someRow.join(', ')}]]} }`;
const predictions = '/api/v1.0/predictions';
const typeOf = ({ headers }: Received) => String(headers['ce-type']).split('.').at(-1);
const sorted = (received: readonly Received[]) => received.toSorted((a, b) => String(typeOf(a)).localeCompare(String(typeOf(b))));

function callGrpc({ grpcPort }: RunningServer, { path }: RawMethod, message: Buffer, metadata = new Metadata()): Promise<Buffer> {
  const client = new Client(`127.0.0.1:${grpcPort}`, credentials.createInsecure());
  onTestFinished(() => client.close());
  const same = (bytes: Buffer) => bytes;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, same, same, message, metadata, (error, answer) => (error ? reject(error) : resolve(answer as Buffer)));
  });
}

describe('what is logged', () => {
  test('a request and its answer are two events, as they came and went, under Seldon’s names', async () => {
    const sink = await eventSinkServer();
    const { post } = await loggedServer(['--request-log-url', sink.url]);
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const answer = await (await post(predictions, body, { 'seldon-puid': 'mine', traceparent })).text();
    await until(() => sink.received.length === 2);
    const [request, response] = sorted(sink.received);
    const own = {
      'ce-specversion': '1.0',
      'ce-requestid': 'mine',
      'ce-modelid': 'lines',
      'ce-inferenceservicename': 'shop',
      'ce-namespace': 'prod',
      'ce-endpoint': 'main',
      'ce-protocol': 'seldon',
      'ce-traceparent': traceparent,
    };
    expect(request).toMatchObject({
      body,
      headers: { ...own, 'ce-type': 'io.seldon.serving.inference.request', 'content-type': 'application/json' },
    });
    expect(response).toMatchObject({ body: answer, headers: { ...own, 'ce-type': 'io.seldon.serving.inference.response' } });
    expect(response?.headers['content-type']).toContain('application/json');
    expect(request?.headers['ce-id']).not.toBe(response?.headers['ce-id']);
    expect(request?.headers['ce-source']).toMatch(/^http:\/\/.+:9000\/$/);
    expect(String(request?.headers['ce-time']) <= String(response?.headers['ce-time'])).toBe(true);
  });

  test('a feedback is one event; a request that fails is logged without an answer', async () => {
    const sink = await eventSinkServer();
    const { post } = await loggedServer(['--request-log-url', sink.url]);
    const feedback = '{"reward":1,"response":{"meta":{"puid":"p-1"}}}';
    await post('/api/v1.0/feedback', feedback);
    await post(predictions, '{"data":', { 'seldon-puid': 'bad' });
    await until(() => sink.received.length === 2);
    const [first, second] = sorted(sink.received);
    expect(first).toMatchObject({ body: feedback, headers: { 'ce-type': 'io.seldon.serving.feedback', 'ce-requestid': 'p-1' } });
    expect(second).toMatchObject({
      body: '{"data":',
      headers: { 'ce-type': 'io.seldon.serving.inference.request', 'ce-requestid': 'bad' },
    });
  });

  test('an id that the server made is the one of the answer', async () => {
    const sink = await eventSinkServer();
    const { post } = await loggedServer(['--request-log-url', sink.url]);
    const { meta } = (await (await post(predictions, body)).json()) as { meta: { puid: string } };
    await until(() => sink.received.length === 2);
    expect(sink.received.map(({ headers }) => headers['ce-requestid'])).toEqual([meta.puid, meta.puid]);
  });

  test('gRPC messages are logged as the bytes that they are', async () => {
    const sink = await eventSinkServer();
    const { server } = await loggedServer(['--request-log-url', sink.url, '--request-log-batch', '10']);
    const message = encodeSeldonProto(decodeSeldonJson(Buffer.from(body)));
    const answer = await callGrpc(server, seldonServices.Seldon.Predict, message);
    await callGrpc(server, seldonServices.Model.SendFeedback, encodeFeedbackProto({ reward: 0.5 }));
    await until(() => sink.received.flatMap((each) => JSON.parse(each.body) as unknown[]).length === 3);
    const events = sink.received.flatMap((each) => JSON.parse(each.body) as Record<string, string>[]);
    const dataOf = (type: string) => Buffer.from(events.find((event) => event['type']?.endsWith(type))?.['data_base64'] ?? '', 'base64');
    expect(dataOf('request').equals(message)).toBe(true);
    expect(dataOf('response').equals(answer)).toBe(true);
    expect(dataOf('feedback').equals(encodeFeedbackProto({ reward: 0.5 }))).toBe(true);
    expect(events.map(({ datacontenttype }) => datacontenttype)).toEqual(Array(3).fill('application/protobuf'));
  });

  test('every protocol is logged, under Seldon’s name for it, binary tensors with the length of their JSON', async () => {
    const sink = await eventSinkServer();
    const { post } = await loggedServer(['--request-log-url', sink.url, '--request-log-mode', 'request']);
    const numbers = Buffer.from(Float64Array.from(someRow).buffer);
    const head = Buffer.from(
      JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP64', shape: [1, width], parameters: { binary_data_size: numbers.length } }] }),
    );
    await post('/v2/models/lines/infer', Buffer.concat([head, numbers]), {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(head.length),
    });
    await post('/v1/models/lines:predict', JSON.stringify({ instances: [someRow] }));
    await post('/invocations', JSON.stringify({ instances: [someRow] }));
    await until(() => sink.received.length === 3);
    expect(sink.received.map(({ headers }) => headers['ce-protocol']).toSorted()).toEqual(['mlflow', 'tensorflow', 'v2']);
    const v2 = sink.received.find(({ headers }) => headers['ce-protocol'] === 'v2');
    expect(v2?.headers).toMatchObject({ 'ce-headerlength': String(head.length), 'content-type': 'application/octet-stream' });
  });

  test.each([
    ['request', ['request']],
    ['response', ['response']],
  ])('mode %s logs only that', async (mode, types) => {
    const sink = await eventSinkServer();
    const { post, server } = await loggedServer(['--request-log-url', sink.url, '--request-log-mode', mode]);
    await post(predictions, body);
    await server.close();
    expect(sink.received.map(typeOf)).toEqual(types);
  });
});

describe('what is left out', () => {
  test('a sample is the same requests for every server', async () => {
    const logged = async (): Promise<string[]> => {
      const sink = await eventSinkServer();
      const { post, server } = await loggedServer([
        '--request-log-url',
        sink.url,
        '--request-log-sample',
        '0.3',
        '--request-log-mode',
        'response',
      ]);
      for (let id = 0; id < 200; id++) await (await post(predictions, body, { 'seldon-puid': `id-${id}` })).arrayBuffer();
      await server.close();
      return sink.received.map(({ headers }) => String(headers['ce-requestid'])).toSorted();
    };
    const first = await logged();
    expect(first.length).toBeGreaterThan(30);
    expect(first.length).toBeLessThan(90);
    expect(await logged()).toEqual(first);
  });

  test('a client that asks for it is not logged', async () => {
    const sink = await eventSinkServer();
    const { post, server } = await loggedServer(['--request-log-url', sink.url]);
    await post(predictions, body, { 'seldon-skip-logging': 'true', 'seldon-puid': 'a' });
    await post(predictions, body, { 'seldon-skip-logging': 'no', 'seldon-puid': 'b' });
    await server.close();
    expect(sink.received.map(({ headers }) => headers['ce-requestid'])).toEqual(['b', 'b']);
  });

  test('paths are redacted, in protobuf too; bodies that cannot be looked through are left out', async () => {
    const sink = await eventSinkServer();
    const { post, server } = await loggedServer([
      '--request-log-url',
      sink.url,
      '--request-log-redact',
      'data.ndarray,meta.tags.user',
      '--request-log-mode',
      'request',
    ]);
    const secret = `{"meta":{"tags":{"user":"SECRET","kind":"a"}},"data":{"ndarray":[[${someRow.join(',')}]]}}`;
    await post(predictions, secret);
    await callGrpc(server, seldonServices.Seldon.Predict, encodeSeldonProto(decodeSeldonJson(Buffer.from(secret))));
    await post(predictions, 'json={"meta":{"tags":{"user":"SECRET"}}}', { 'content-type': 'application/x-www-form-urlencoded' });
    await post(predictions, '{"meta":{"tags":{"user":"SECRET"}}');
    await server.close();
    const bodies = sink.received.map(({ body }) => body);
    expect(bodies.join('\n')).not.toContain('SECRET');
    expect(bodies[0]).toBe('{"meta":{"tags":{"user":null,"kind":"a"}},"data":{"ndarray":null}}');
    expect(JSON.parse(bodies[1]!)).toMatchObject({ meta: { tags: { user: null, kind: 'a' } }, data: { ndarray: null } });
    expect(bodies.slice(2)).toEqual(['', '']);
    expect(sink.received.every(({ headers }) => headers['ce-redacted'] === 'true')).toBe(true);
  });

  test('who is not let in leaves nothing in it, by REST or by gRPC', async () => {
    const sink = await eventSinkServer();
    const refuse = (): never => {
      throw new InferenceError('UNAUTHENTICATED', 'who are you');
    };
    const authorize = Object.assign(refuse, { asks: {} });
    const { post, server, metric } = await loggedServer(['--request-log-url', sink.url], { authorize });
    expect((await post(predictions, body)).status).toBe(401);
    const message = encodeSeldonProto(decodeSeldonJson(Buffer.from(body)));
    await expect(callGrpc(server, seldonServices.Seldon.Predict, message)).rejects.toThrow('who are you');
    await server.close();
    expect(sink.received).toEqual([]);
    expect(await metric('switchyard_request_log_dropped_total{')).toBe(0);
  });

  test('* leaves out all bodies', async () => {
    const sink = await eventSinkServer();
    const { post, server } = await loggedServer(['--request-log-url', sink.url, '--request-log-redact', '*']);
    await post(predictions, body, { 'seldon-puid': 'a' });
    await server.close();
    expect(sink.received.map(({ headers, body }) => [headers['ce-requestid'], body])).toEqual([
      ['a', ''],
      ['a', ''],
    ]);
  });
});

test('the token goes to its sink', async () => {
  const sink = await eventSinkServer();
  const { post, server } = await loggedServer(['--request-log-url', sink.url, '--request-log-token', 's3cret']);
  await post(predictions, body);
  await server.close();
  expect(sink.received.map(({ headers }) => headers['authorization'])).toEqual(['Bearer s3cret', 'Bearer s3cret']);
});

test.each([
  [['--request-log-url', 'ftp://a'], 'http://'],
  [['--request-log-url', 'http://user:pass@a'], 'without user and password'],
  [['--request-log-redact', 'a..b'], '"a..b" is no path'],
  [['--request-log-sample', '2'], 'request-log-sample'],
])('%s is refused', async (flags, message) => {
  await expect(loggedServer(flags)).rejects.toThrow(message);
});

test('a decoded event is the message that was sent', async () => {
  const sink = await eventSinkServer();
  const { server } = await loggedServer(['--request-log-url', sink.url, '--request-log-batch', '2', '--request-log-mode', 'request']);
  const message = encodeSeldonProto(decodeSeldonJson(Buffer.from(body)));
  await callGrpc(server, seldonServices.Seldon.Predict, message);
  await until(() => sink.received.length === 1);
  const [event] = JSON.parse(sink.received[0]!.body) as { data_base64: string }[];
  expect(decodeSeldonProto(Buffer.from(event!.data_base64, 'base64')).payload).toMatchObject({
    kind: 'tensors',
    tensors: [{ shape: [1, width] }],
  });
});
