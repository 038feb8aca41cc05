import { afterEach, describe, expect, test } from 'vitest';
import { decodeSeldonJson, InferenceError } from '@switchyard/protocol';
import { createMetrics, readIdentity } from '@switchyard/server';
import { type GraphPredictor, graphPredictor } from './graph-predictor.ts';
import type { GraphOptions } from './graph-options.ts';
import { at, callOf, jsonOf, predictorOf, restModel, textOf } from './test/graph.ts';
import { type Answer, type RestUnit, startRestUnit } from './test/rest-unit.ts';

const open: { stop(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.stop()));
});

async function unit(answer: Answer): Promise<RestUnit> {
  const started = await startRestUnit(answer);
  open.push(started);
  return started;
}

async function graph(raw: Parameters<typeof predictorOf>[0], options: GraphOptions = {}): Promise<GraphPredictor> {
  const predictor = await graphPredictor(predictorOf(raw), { timeoutMs: 2000, ...options });
  open.push({ stop: () => predictor.close() });
  return predictor;
}

async function failure(work: Promise<unknown>): Promise<InferenceError> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof InferenceError)) throw new Error(`not an InferenceError: ${String(thrown)}`);
  return thrown;
}

const tensor = (...values: number[]): string => JSON.stringify({ meta: {}, data: { tensor: { shape: [1, values.length], values } } });
const request = { data: { ndarray: [[1, 2]] } };

describe('a request on its way', () => {
  test('a body passes through a model byte for byte, but for its meta', async () => {
    const model = await unit(() => '{"data": {"names":["a"], "ndarray":[[1.0, 12345678901234567890, 1e2]]}}');
    const predictor = await graph(restModel('m', model.port));
    const body = '{ "data" : {"ndarray": [[1.0,2.50, 98765432109876543210]] } }';
    const answer = await predictor.predict(
      callOf(decodeSeldonJson(Buffer.from(body)), { headers: { 'x-user': 'u1', 'content-length': '3' } }),
    );
    expect(model.received[0]).toMatchObject({ method: 'POST', path: '/predict', body });
    expect(model.received[0]?.headers).toMatchObject({
      'seldon-puid': 'puid-1',
      'x-user': 'u1',
      'content-type': 'application/json',
      'content-length': String(body.length),
    });
    expect(textOf(answer)).toContain('"data": {"names":["a"], "ndarray":[[1.0, 12345678901234567890, 1e2]]}');
    expect(answer.meta).toEqual({ puid: 'puid-1', tags: {}, routing: {}, requestPath: { m: 'acme/m:1.0' } });
  });

  test('a router goes to the branch that it says in any of the three forms', async () => {
    const branches = await Promise.all([unit(() => tensor(0)), unit(() => tensor(1))]);
    for (const said of ['{"data":{"ndarray":[[1]]}}', '{"data":{"tensor":{"shape":[1,1],"values":[1]}}}', '[1]']) {
      const router = await unit(() => said);
      const predictor = await graph({
        name: 'r',
        type: 'ROUTER',
        ...at(router.port),
        children: [restModel('a', branches[0].port), restModel('b', branches[1].port)],
      });
      const answer = await predictor.predict(callOf(request));
      expect(router.received[0]).toMatchObject({ path: '/route', body: JSON.stringify(request) });
      expect(answer.meta).toMatchObject({ routing: { r: 1 }, requestPath: { r: 'acme/r:1.0', b: 'acme/b:1.0' } });
      expect(answer.meta.requestPath).not.toHaveProperty('a');
    }
    expect(branches[0].received).toHaveLength(0);
  });

  test('−2 gives the request back; −1 asks all and answers as the first', async () => {
    const [a, b] = await Promise.all([unit(() => tensor(0)), unit(() => tensor(1))]);
    const choices = ['[-2]', '[-1]'];
    const router = await unit(() => choices.shift() as string);
    const predictor = await graph({
      name: 'r',
      type: 'ROUTER',
      ...at(router.port),
      children: [restModel('a', a.port), restModel('b', b.port)],
    });
    const back = await predictor.predict(callOf(request));
    expect(jsonOf(back)).toMatchObject({ ...request, meta: { routing: { r: -2 } } });
    expect([a.received.length, b.received.length]).toEqual([0, 0]);
    const all = await predictor.predict(callOf(request));
    expect(jsonOf(all)).toMatchObject({ data: { tensor: { values: [0] } }, meta: { routing: { r: -1 } } });
    expect([a.received.length, b.received.length]).toEqual([1, 1]);
  });

  test.each([
    ['{"data":{"ndarray":[[2]]}}', 'router "r" chose branch 2; its branches are 0..1, −1 for all, −2 for none'],
    ['[-3]', 'router "r"'],
    ['[0.5]', 'router "r"'],
    ['{"data":{"ndarray":[]}}', 'router "r" did not answer with a branch'],
    ['{}', 'router "r" did not answer with a branch'],
    ['{"strData":"left"}', 'router "r" did not answer with a branch'],
    ['oops', 'unit "r"'],
  ])('a router that answers %s is named in the error', async (said, message) => {
    const router = await unit(() => said);
    const predictor = await graph({ name: 'r', type: 'ROUTER', ...at(router.port), children: [restModel('a', 1), restModel('b', 1)] });
    const error = await failure(predictor.predict(callOf(request)));
    expect(error.code).toBe('INTERNAL');
    expect(error.message).toContain(message);
  });

  test('transformers work before and after, a combiner gets all answers in the order of its children', async () => {
    const paths: string[] = [];
    const answering = (name: string, body: string): Promise<RestUnit> =>
      unit(({ path }) => {
        paths.push(`${name} ${path}`);
        return body;
      });
    const clean = await answering('clean', '{"data":{"ndarray":[[7]]},"meta":{"tags":{"clean":true}}}');
    const polish = await answering('polish', '{"strData":"done","meta":{"tags":{"polish":1}}}');
    const mix = await answering('mix', '{"data":{"ndarray":[[5]]}}');
    const a = await answering('a', '{"data":{"ndarray":[[4]]},"meta":{"tags":{"who":"a"}}}');
    const b = await answering('b', '{"data":{"ndarray":[[6]]},"meta":{"tags":{"b":[1]}}}');
    const predictor = await graph({
      name: 'polish',
      type: 'OUTPUT_TRANSFORMER',
      ...at(polish.port),
      children: [
        {
          name: 'clean',
          type: 'TRANSFORMER',
          ...at(clean.port),
          children: [{ name: 'mix', type: 'COMBINER', ...at(mix.port), children: [restModel('a', a.port), restModel('b', b.port)] }],
        },
      ],
    });
    const answer = await predictor.predict(callOf(request));
    expect(paths[0]).toBe('clean /transform-input');
    expect(paths.slice(1, 3).toSorted()).toEqual(['a /predict', 'b /predict']);
    expect(paths.slice(3)).toEqual(['mix /aggregate', 'polish /transform-output']);
    expect(JSON.parse(a.received[0]?.body ?? '').data).toEqual({ ndarray: [[7]] });
    const list = JSON.parse(mix.received[0]?.body ?? '').seldonMessages as { data: unknown }[];
    expect(list.map(({ data }) => data)).toEqual([{ ndarray: [[4]] }, { ndarray: [[6]] }]);
    expect(JSON.parse(polish.received[0]?.body ?? '').data).toEqual({ ndarray: [[5]] });
    expect(jsonOf(answer)).toMatchObject({ strData: 'done' });
    expect(answer.meta).toMatchObject({
      tags: { clean: true, polish: 1, who: 'a', b: [1] },
      routing: { polish: -1, clean: -1, mix: -1 },
    });
    expect(Object.keys(answer.meta.requestPath ?? {}).toSorted()).toEqual(['a', 'b', 'clean', 'mix', 'polish']);
  });

  test('methods stand in for a type', async () => {
    const both = await unit(({ path }) => JSON.stringify({ strData: path }));
    const predictor = await graph({ name: 'both', methods: ['TRANSFORM_INPUT', 'TRANSFORM_OUTPUT'], ...at(both.port) });
    expect(jsonOf(await predictor.predict(callOf(request)))).toMatchObject({ strData: '/transform-output' });
    expect(both.received.map(({ path }) => path)).toEqual(['/transform-input', '/transform-output']);
  });
});

describe('units that fail', () => {
  test("a unit's refusal is passed on with its status and body, and named for those who cannot see the body", async () => {
    const body = '{"status":{"status":1,"info":"783 columns","code":-1,"reason":"MICROSERVICE_BAD_DATA"}}';
    const model = await unit(() => ({ status: 422, body, headers: { 'content-type': 'application/json; charset=x' } }));
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
    const gone = await startRestUnit(() => '');
    await gone.stop();
    const predictor = await graph(restModel('m', gone.port));
    const error = await failure(predictor.predict(callOf(request)));
    expect(error).toMatchObject({
      code: 'UNAVAILABLE',
      message: `unit "m" at http://127.0.0.1:${gone.port} refuses connections: nothing listens there`,
    });
  });

  test('a unit that comes back while its connection is refused is reached after all', async () => {
    const before = await startRestUnit(() => '');
    await before.stop();
    const predictor = await graph(restModel('m', before.port));
    const answer = predictor.predict(callOf(request));
    await new Promise((resolve) => setTimeout(resolve, 20));
    open.push(await startRestUnit(() => tensor(3), before.port));
    expect(jsonOf(await answer)).toMatchObject({ data: { tensor: { values: [3] } } });
  });

  test('a unit that takes too long is given up', async () => {
    const model = await unit(() => undefined);
    const predictor = await graph(restModel('m', model.port), { timeoutMs: 50 });
    const error = await failure(predictor.predict(callOf(request)));
    expect(error).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      message: `unit "m" at http://127.0.0.1:${model.port} did not answer within 50 ms`,
    });
  });

  test('a unit that breaks off is not asked again, for it may have done the work', async () => {
    let asked = 0;
    const model = await unit(async () => {
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
    const model = await unit(() => undefined);
    const predictor = await graph(restModel('m', model.port));
    const client = new AbortController();
    const answer = failure(predictor.predict(callOf(request, { signal: client.signal })));
    while (model.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    client.abort(new InferenceError('DEADLINE_EXCEEDED', 'the time is up'));
    expect(await answer).toMatchObject({ code: 'DEADLINE_EXCEEDED', message: 'the time is up' });
  });

  test('one branch that fails fails the whole, and the others are let go', async () => {
    const [good, bad] = await Promise.all([unit(() => undefined), unit(() => ({ status: 500, body: 'broken' }))]);
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
      const model = await unit(() => body);
      const predictor = await graph(restModel('m', model.port));
      const error = await failure(predictor.predict(callOf(request)).then(textOf));
      expect(error.code).toBe('INTERNAL');
      expect(error.message).toContain('unit "m"');
    },
  );
});

describe('built-in units', () => {
  const split = (more: object = {}): Parameters<typeof predictorOf>[0] => ({
    name: 'ab',
    implementation: 'RANDOM_ABTEST',
    children: [
      { name: 'a', implementation: 'SIMPLE_MODEL' },
      { name: 'b', implementation: 'SIMPLE_MODEL' },
    ],
    ...more,
  });

  async function routes(predictor: GraphPredictor, count: number): Promise<number[]> {
    const answers = await Promise.all(Array.from({ length: count }, () => predictor.predict(callOf(request))));
    return answers.map(({ meta }) => meta.routing?.['ab'] ?? Number.NaN);
  }

  test('RANDOM_ABTEST splits by ratioA', async () => {
    const chosen = await routes(await graph(split({ parameters: [{ name: 'ratioA', value: '0.2', type: 'FLOAT' }] }), { seed: 1 }), 2000);
    const first = chosen.filter((route) => route === 0).length;
    expect(first).toBeGreaterThan(310);
    expect(first).toBeLessThan(490);
    expect(new Set(chosen)).toEqual(new Set([0, 1]));
  });

  test("a seed, the unit's own before the router's, gives the same choices again", async () => {
    const own = split({ parameters: [{ name: 'seed', value: '0', type: 'INT' }] });
    const first = await routes(await graph(own, { seed: 1 }), 40);
    expect(await routes(await graph(own, { seed: 2 }), 40)).toEqual(first);
    expect(await routes(await graph(split(), { seed: 1 }), 40)).not.toEqual(first);
  });

  test('SIMPLE_MODEL mirrors the encoding of the request', async () => {
    const predictor = await graph({ name: 'm', implementation: 'SIMPLE_MODEL' });
    expect(jsonOf(await predictor.predict(callOf(request)))).toEqual({
      meta: { puid: 'puid-1', tags: {}, routing: {}, requestPath: { m: 'SIMPLE_MODEL' } },
      data: { names: ['class0', 'class1', 'class2'], ndarray: [[0.1, 0.9, 0.5]] },
    });
    const asTensor = await predictor.predict(callOf({ data: { tensor: { shape: [1, 1], values: [1] } } }));
    expect(jsonOf(asTensor)['data']).toMatchObject({ tensor: { shape: [1, 3], values: [0.1, 0.9, 0.5] } });
  });

  test('SIMPLE_ROUTER goes to the first child', async () => {
    const predictor = await graph({ ...split(), implementation: 'SIMPLE_ROUTER' });
    expect(new Set(await routes(predictor, 10))).toEqual(new Set([0]));
  });

  test('AVERAGE_COMBINER averages, and says which answers do not fit', async () => {
    const a = await unit(() => '{"meta":{"tags":{"a":1}},"data":{"names":["x","y"],"ndarray":[[1,2],[3,4]]}}');
    let other = '{"data":{"tensor":{"shape":[2,2],"values":[3,4,6,8]}}}';
    const b = await unit(() => other);
    const predictor = await graph({
      name: 'mean',
      implementation: 'AVERAGE_COMBINER',
      children: [restModel('a', a.port), restModel('b', b.port)],
    });
    expect(jsonOf(await predictor.predict(callOf(request)))).toMatchObject({
      meta: { tags: { a: 1 }, routing: { mean: -1 } },
      data: {
        names: ['x', 'y'],
        ndarray: [
          [2, 3],
          [4.5, 6],
        ],
      },
    });
    other = '{"data":{"ndarray":[[1,2,3]]}}';
    expect((await failure(predictor.predict(callOf(request)))).message).toBe(
      'combiner "mean" averages answers of one shape; its first child\'s is [2,2], that of child 1 is [1,3]',
    );
    other = '{"strData":"x"}';
    expect((await failure(predictor.predict(callOf(request)))).message).toContain('child 1 answered text');
  });
});

describe('readiness and metadata', () => {
  test('the graph is ready when every unit says so by its health, and else says which is not and why', async () => {
    let ready = false;
    const model = await unit(({ path }) => {
      if (path !== '/health/status') return tensor(1);
      return ready ? '{"strData":"healthy"}' : { status: 503, body: '{"status":{"info":"not ready: weights.bin is damaged"}}' };
    });
    const gone = await startRestUnit(() => '');
    await gone.stop();
    const two = await graph({
      name: 'ab',
      implementation: 'RANDOM_ABTEST',
      children: [restModel('m', model.port), restModel('gone', gone.port)],
    });
    expect(await two.ready()).toEqual({
      reason: `unit "m" at http://127.0.0.1:${model.port} answered 503: not ready: weights.bin is damaged; unit "gone" at http://127.0.0.1:${gone.port} refuses connections: nothing listens there`,
    });
    ready = true;
    expect(await (await graph(restModel('m', model.port))).ready()).toBe(true);
  });

  test('many questions at once are one question to the unit', async () => {
    const model = await unit(() => '{}');
    const predictor = await graph(restModel('m', model.port));
    await Promise.all(Array.from({ length: 20 }, () => predictor.ready()));
    expect(model.received).toHaveLength(1);
  });

  test('metadata is that of every unit, and of what enters and leaves the whole', async () => {
    const describe = (name: string, input: string, output: string): Answer => {
      const tensors = (each: string): object[] => [{ name: each, datatype: 'FP32', shape: [-1, 4] }];
      return () => JSON.stringify({ name, versions: ['3'], platform: 'p', inputs: tensors(input), outputs: tensors(output), custom: {} });
    };
    const clean = await unit(describe('clean', 'raw', 'features'));
    const [a, b] = await Promise.all([unit(describe('a', 'features', 'scores')), unit(describe('b', 'features', 'other'))]);
    const silent = await unit(() => ({ status: 404, body: '{}' }));
    const predictor = await graph(
      {
        name: 'clean',
        type: 'TRANSFORMER',
        ...at(clean.port),
        children: [{ name: 'r', type: 'ROUTER', ...at(silent.port), children: [restModel('a', a.port), restModel('b', b.port)] }],
      },
      { name: 'digits' },
    );
    const metadata = await predictor.graphMetadata?.();
    expect(Object.keys(metadata?.models ?? {})).toEqual(['clean', 'a', 'b']);
    expect(metadata).toMatchObject({ name: 'digits', inputs: [{ name: 'raw' }], outputs: [{ name: 'scores' }] });
    expect(await predictor.metadata()).toMatchObject({ name: 'digits', inputs: [{ name: 'raw' }], outputs: [{ name: 'scores' }] });
  });
});

test('each call to a unit is measured under its own labels', async () => {
  const metrics = createMetrics(readIdentity({ deploymentName: 'digits', predictorName: 'main' }, {}));
  const replies = [tensor(1), { status: 400, body: '{}' }];
  const model = await unit(() => replies.shift());
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
