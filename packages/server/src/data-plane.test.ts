import { Client, credentials } from '@grpc/grpc-js';
import { decodeSeldonJson, decodeSeldonProto, encodeSeldonProto, seldonServices, type Message } from '@switchyard/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { linearModel, someRow, someWeights } from './fixtures/linear.ts';
import { linearPredictor, serveLocally } from './fixtures/serving.ts';
import type { Model } from './model.ts';

const body = JSON.stringify({ data: { ndarray: [someRow] } });
const inner = linearModel(someWeights);
const reporting: Model = {
  ...inner,
  predict(inputs, report) {
    report?.tag('kind', 'a');
    report?.metric({ key: 'seen', type: 'COUNTER', value: 1 });
    return inner.predict(inputs);
  },
};

async function byRest(port: number): Promise<Message> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1.0/predictions`, init);
  return decodeSeldonJson(Buffer.from(await answer.arrayBuffer()));
}

function byGrpc(port: number): Promise<Message> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  onTestFinished(() => client.close());
  const { path, requestSerialize, responseDeserialize } = seldonServices.Seldon.Predict;
  const message = encodeSeldonProto(decodeSeldonJson(Buffer.from(body)));
  return new Promise((resolve, reject) =>
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, message, (error, answer) =>
      error ? reject(error) : resolve(decodeSeldonProto(answer as Buffer)),
    ),
  );
}

test.each([
  ['get', true, [{ key: 'seen', type: 'COUNTER', value: 1 }]],
  ['do not get', false, undefined],
])('clients %s what a model reports, by REST and by gRPC; Prometheus has it in any case', async (_, showMetrics, expected) => {
  const server = await serveLocally(linearPredictor(reporting), { showMetrics, drainMs: 0 });
  onTestFinished(() => server.close());
  for (const { meta } of [await byRest(server.httpPort), await byGrpc(server.grpcPort)]) {
    expect(meta.metrics).toEqual(expected);
    expect(meta.tags).toEqual({ kind: 'a' });
  }
  expect(await server.metrics.registry.metrics()).toMatch(/^seen\{.* 2$/m);
});
