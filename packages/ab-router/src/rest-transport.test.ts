import { createMetrics, readIdentity } from '@switchyard/server';
import { describe, expect, test } from 'vitest';
import { InferenceError } from '@switchyard/protocol';
import { callOf, jsonOf, restModel, textOf } from './test/graph.ts';
import { deadPort, failure, graph, request, restUnit, tensor } from './test/harness.ts';

describe('units that fail', () => {
  test("a unit's refusal is passed on with its status and body, and named for those who cannot see the body", async () => {
    const body = '{"status":{"status":1,"info":"783 columns","code":-1,"reason":"MICROSERVICE_BAD_DATA"}}';
    const model = await restUnit(() => ({ status: 422, body, headers: { 'content-type': 'application/json; charset=x' } }));
    const predictor = await graph(restModel('m', model.port));
    const error = await failure(predictor.predict(callOf(request)));
    expect(error.upstream).toEqual({ status: 422, contentType: 'application/json; charset=x', body: Buffer.from(body) });
    expect(error).toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: `unit "m" at http://127.0.0.1:${model.port} answered 422: 783 columns`,
    });
    expect(model.received).toHaveLength(1); // an answer is an answer: nothing is tried twice
  });

  test('a unit that is not there is UNAVAILABLE, by its name and place', async () => {
    const gone = await deadPort();
    const predictor = await graph(restModel('m', gone));
    const error = await failure(predictor.predict(callOf(request)));
    expect(error).toMatchObject({
      code: 'UNAVAILABLE',
      message: `unit "m" at http://127.0.0.1:${gone} refuses connections: nothing listens there`,
    });
  });

  test('a unit that comes back while its connection is refused is reached after all', async () => {
    const before = await deadPort();
    const predictor = await graph(restModel('m', before));
    const answer = predictor.predict(callOf(request));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await restUnit(() => tensor(3), before);
    expect(jsonOf(await answer)).toMatchObject({ data: { tensor: { values: [3] } } });
  });

  test('a unit that takes too long is given up', async () => {
    const model = await restUnit(() => undefined);
    const predictor = await graph(restModel('m', model.port), { timeoutMs: 50 });
    const error = await failure(predictor.predict(callOf(request)));
    expect(error).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      message: `unit "m" at http://127.0.0.1:${model.port} did not answer within 50 ms`,
    });
  });

  test('a unit that breaks off is not asked again, for it may have done the work', async () => {
    let asked = 0;
    const model = await restUnit(async () => {
      asked++;
      void model.stop();
      return undefined;
    });
    const predictor = await graph(restModel('m', model.port));
    const error = await failure(predictor.predict(callOf(request)));
    expect(error).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('broke off the connection') });
    expect(asked).toBe(1);
  });

  test('a client that is gone ends the work', async () => {
    const model = await restUnit(() => undefined);
    const predictor = await graph(restModel('m', model.port));
    const client = new AbortController();
    const answer = failure(predictor.predict(callOf(request, { signal: client.signal })));
    while (model.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    client.abort(new InferenceError('DEADLINE_EXCEEDED', 'the time is up'));
    expect(await answer).toMatchObject({ code: 'DEADLINE_EXCEEDED', message: 'the time is up' });
  });

  test('one branch that fails fails the whole, and the others are let go', async () => {
    const [good, bad] = await Promise.all([restUnit(() => undefined), restUnit(() => ({ status: 500, body: 'broken' }))]);
    const predictor = await graph({
      name: 'mean',
      implementation: 'AVERAGE_COMBINER',
      children: [restModel('good', good.port), restModel('bad', bad.port)],
    });
    expect(await failure(predictor.predict(callOf(request)))).toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining('unit "bad"'),
    });
  });

  test.each(['<html>', '[1', '7', '', '{"data":{"ndarray":[[1]]', '{"meta":{},"data":{"ndarray":[[1]]}'])(
    'an answer that is no message, such as %s, is not passed on',
    async (body) => {
      const model = await restUnit(() => body);
      const predictor = await graph(restModel('m', model.port));
      const error = await failure(predictor.predict(callOf(request)).then(textOf));
      expect(error.code).toBe('INTERNAL');
      expect(error.message).toContain('unit "m"');
    },
  );
});

test('each call to a unit is measured under its own labels', async () => {
  const metrics = createMetrics(readIdentity({ deploymentName: 'digits', predictorName: 'main' }, {}));
  const replies = [tensor(1), { status: 400, body: '{}' }];
  const model = await restUnit(() => replies.shift());
  const predictor = await graph(restModel('m', model.port), { metrics });
  await predictor.predict(callOf(request));
  await failure(predictor.predict(callOf(request)));
  const text = await metrics.registry.metrics();
  for (const code of ['200', '400'])
    expect(text).toMatch(
      new RegExp(
        `seldon_api_executor_client_requests_seconds_count\\{.*model_name="m",model_image="acme/m",model_version="1.0",service="/predict",method="post",code="${code}"\\} 1`,
      ),
    );
});
