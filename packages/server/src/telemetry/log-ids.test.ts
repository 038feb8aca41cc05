import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { seldonServices } from '@switchyard/protocol';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { linearPredictor, serveLocally } from '../fixtures/serving.ts';

const trace = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${trace}-b7ad6b7169203331-01`;

/** A server, and the lines of its log. */
async function logged() {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  const server = await serveLocally(linearPredictor(), { log, drainMs: 0 });
  onTestFinished(() => server.close());
  const bad = (headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${server.httpPort}/api/v1.0/predictions`, { method: 'POST', headers, body: '{"data":{"ndarray":[["no"]]}}' });
  return { server, bad, refusals: () => lines.filter(({ code }) => code === 'INVALID_ARGUMENT') };
}

test('the line of a refused request names its trace and its id, by REST and by gRPC', async () => {
  const { server, bad, refusals } = await logged();
  await bad({ 'content-type': 'application/json', traceparent, 'seldon-puid': 'mine' });
  const metadata = new Metadata();
  metadata.set('traceparent', traceparent);
  const client = new Client(`127.0.0.1:${server.grpcPort}`, credentials.createInsecure());
  onTestFinished(() => client.close());
  const { path, requestSerialize, responseDeserialize } = seldonServices.Seldon.Predict;
  await new Promise<void>((resolve) => {
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, Buffer.from('no message'), metadata, () => resolve());
  });
  expect(refusals()).toMatchObject([{ trace_id: trace, puid: 'mine' }, { trace_id: trace }]);
});

test('a trace context that is none is not told', async () => {
  const { bad, refusals } = await logged();
  await bad({ 'content-type': 'application/json', traceparent: `${traceparent}-more` });
  expect(refusals()).toHaveLength(1);
  expect(refusals()[0]).not.toHaveProperty('trace_id');
});
