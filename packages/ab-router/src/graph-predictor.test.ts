import { describe, expect, test } from 'vitest';
import type { GraphPredictor } from './graph-predictor.ts';
import { at, callOf, jsonOf, type predictorOf, restModel } from './test/graph.ts';
import { deadPort, failure, graph, request, restUnit, tensor } from './test/harness.ts';
import type { Answer } from './test/rest-unit.ts';

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
    const a = await restUnit(() => '{"meta":{"tags":{"a":1}},"data":{"names":["x","y"],"ndarray":[[1,2],[3,4]]}}');
    let other = '{"data":{"tensor":{"shape":[2,2],"values":[3,4,6,8]}}}';
    const b = await restUnit(() => other);
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
    const model = await restUnit(({ path }) => {
      if (path !== '/health/status') return tensor(1);
      return ready ? '{"strData":"healthy"}' : { status: 503, body: '{"status":{"info":"not ready: weights.bin is damaged"}}' };
    });
    const gone = await deadPort();
    const two = await graph({
      name: 'ab',
      implementation: 'RANDOM_ABTEST',
      children: [restModel('m', model.port), restModel('gone', gone)],
    });
    expect(await two.ready()).toEqual({
      reason: `unit "m" at http://127.0.0.1:${model.port} answered 503: not ready: weights.bin is damaged; unit "gone" at http://127.0.0.1:${gone} refuses connections: nothing listens there`,
    });
    ready = true;
    expect(await (await graph(restModel('m', model.port))).ready()).toBe(true);
  });

  test('many questions at once are one question to the unit', async () => {
    const model = await restUnit(() => '{}');
    const predictor = await graph(restModel('m', model.port));
    await Promise.all(Array.from({ length: 20 }, () => predictor.ready()));
    expect(model.received).toHaveLength(1);
  });

  test('metadata is that of every unit, and of what enters and leaves the whole', async () => {
    const describe = (name: string, input: string, output: string): Answer => {
      const tensors = (each: string): object[] => [{ name: each, datatype: 'FP32', shape: [-1, 4] }];
      return () => JSON.stringify({ name, versions: ['3'], platform: 'p', inputs: tensors(input), outputs: tensors(output), custom: {} });
    };
    const clean = await restUnit(describe('clean', 'raw', 'features'));
    const [a, b] = await Promise.all([restUnit(describe('a', 'features', 'scores')), restUnit(describe('b', 'features', 'other'))]);
    const silent = await restUnit(() => ({ status: 404, body: '{}' }));
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
