import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { startServer, type ServerProcess } from '@switchyard/conformance';
import { InferenceError } from '@switchyard/protocol';
import { createMetrics, readIdentity, serve, type Metrics } from '@switchyard/server';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { GraphOptions } from './graph-options.ts';
import { graphPredictor } from './graph-predictor.ts';
import { askGrpc, askRest, type Asked } from './test/ask.ts';
import { at, callOf, predictorOf, restModel } from './test/graph.ts';
import { deadPort, failure, graph, request, restUnit, tensor } from './test/harness.ts';

const freshMetrics = (): Metrics => createMetrics(readIdentity({ deploymentName: 'digits', predictorName: 'main' }, {}));

/** Sum of the failovers away from an arm. */
async function failovers({ registry }: Metrics, arm: string, reason = '\\w+'): Promise<number> {
  const lines = (await registry.metrics()).matchAll(
    new RegExp(`^switchyard_router_failovers_total\\{.*arm="${arm}",reason="${reason}"\\} (\\d+)`, 'gm'),
  );
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
}

const abTest = (a: object, b: object, more: object = {}): Parameters<typeof predictorOf>[0] =>
  ({ name: 'ab', implementation: 'RANDOM_ABTEST', children: [a, b], ...more }) as Parameters<typeof predictorOf>[0];

/** All requests are drawn for the first arm. */
const allToFirst = { parameters: [{ name: 'ratioA', value: '1', type: 'FLOAT' }] };

describe.each([
  ['REST', 'RANDOM_ABTEST'],
  ['GRPC', 'EPSILON_GREEDY'],
] as const)('%s arms of %s in processes that are killed under load', (type, implementation) => {
  test('no request fails, and each tells the arm that answered it', async () => {
    const start = (id: number, ports: object = {}): Promise<ServerProcess> =>
      startServer(new URL('test/model-main.ts', import.meta.url), { id: String(id), 'delay-ms': '10', ...ports });
    const models = await Promise.all([start(0), start(1)]);
    onTestFinished(async () => void (await Promise.all(models.map((each) => each.kill()))));
    const portsOf = ({ http, grpc }: ServerProcess) => ({ 'http-port': http.split(':')[2]!, 'grpc-port': grpc.split(':')[1]! });
    const children = models.map((model, id) => {
      const { 'http-port': httpPort, 'grpc-port': grpcPort } = portsOf(model);
      return { name: `m${id}`, type: 'MODEL', endpoint: { type, service_host: '127.0.0.1', httpPort: +httpPort, grpcPort: +grpcPort } };
    });
    const metrics = freshMetrics();
    const parameters = implementation === 'EPSILON_GREEDY' ? [{ name: 'epsilon', value: '0.5', type: 'FLOAT' }] : [];
    const predictor = await graphPredictor(predictorOf({ name: 'ab', implementation, parameters, children }), { metrics, seed: 1 });
    const router = await serve(predictor, { kind: 'router', host: '127.0.0.1', httpPort: 0, grpcPort: 0, metrics });
    const ask = type === 'REST' ? askRest(router.httpPort) : askGrpc(router.grpcPort);
    onTestFinished(async () => {
      ask.close();
      await router.close();
      await predictor.close();
    });

    const answers: Asked[] = [];
    const over = new AbortController();
    onTestFinished(() => over.abort()); // who waited in vain leaves no load behind
    const clients = Array.from({ length: 16 }, async () => {
      while (!over.signal.aborted) answers.push(await ask.predict([[1, 2]]));
    });
    /** As many answers again, from one arm where it is named. */
    const answered = async (count: number, arm?: number): Promise<void> => {
      const from = answers.length;
      const fits = ({ id }: Asked): boolean => arm === undefined || id === arm;
      await vi.waitFor(() => expect(answers.slice(from).filter(fits).length).toBeGreaterThanOrEqual(count), {
        timeout: 60_000,
        interval: 5,
      });
    };
    for (const victim of [0, 1]) {
      await answered(50, victim);
      const ports = portsOf(models[victim]!);
      await models[victim]!.kill();
      await answered(200);
      models[victim] = await start(victim, ports);
      await answered(50, victim); // it is back in the draws
    }
    over.abort();
    await Promise.all(clients);

    expect(answers.filter(({ error }) => error !== undefined)).toEqual([]);
    for (const { id, route, path } of answers) expect({ route, path }).toEqual({ route: id, path: ['ab', `m${id}`] });
    for (const arm of ['m0', 'm1']) expect(await failovers(metrics, arm)).toBeGreaterThan(0);
    expect((await failovers(metrics, 'm0', 'broke_off')) + (await failovers(metrics, 'm1', 'broke_off'))).toBeGreaterThan(0); // in flight
  });
});

describe('an arm that does not answer', () => {
  test('another that is well answers in its place, once, and the metric says for whom and why', async () => {
    const metrics = freshMetrics();
    const good = await restUnit(() => tensor(2));
    const predictor = await graph(abTest(restModel('gone', await deadPort()), restModel('good', good.port), allToFirst), { metrics });
    const { meta } = await predictor.predict(callOf(request));
    expect(meta).toMatchObject({ routing: { ab: 1 }, requestPath: { ab: 'RANDOM_ABTEST', good: 'acme/good:1.0' } });
    expect(meta.requestPath).not.toHaveProperty('gone');
    expect(await failovers(metrics, 'gone', 'unreached')).toBe(1);
    expect(await failovers(metrics, 'good')).toBe(0);
  });

  test('a 503 says that it did no work, and moves the request; any other error is the answer', async () => {
    let status = 503;
    const bad = await restUnit(() => ({ status, body: '{"status":{"info":"said so"}}' }));
    const good = await restUnit(() => tensor(2));
    const predictor = await graph(abTest(restModel('bad', bad.port), restModel('good', good.port), allToFirst), { failover: 'unsent' });
    expect((await predictor.predict(callOf(request))).meta.routing).toEqual({ ab: 1 });
    for (status of [429, 500, 502, 504, 400]) expect((await failure(predictor.predict(callOf(request)))).upstream?.status).toBe(status);
    expect(good.received).toHaveLength(1);
  });

  test('when none answers, each was asked once and each is told', async () => {
    const not = await Promise.all(['one', 'two'].map((info) => restUnit(() => ({ status: 503, body: JSON.stringify({ error: info }) }))));
    const predictor = await graph(abTest(restModel('a', not[0]!.port), restModel('b', not[1]!.port), allToFirst));
    const error = await failure(predictor.predict(callOf(request)));
    expect(error).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringMatching(/^no arm of router "ab" answers: .*one; .*two$/) });
    expect(not.map(({ received }) => received.length)).toEqual([1, 1]);
  });

  test.each([
    ['any', 'good', 1],
    ['unsent', 'error', 0],
    ['off', 'error', 0],
  ] as const)('with failover %s a request that the arm broke off gets %s', async (failover, outcome, asked) => {
    const broken = await restUnit(async () => void broken.stop());
    const good = await restUnit(() => tensor(2));
    const predictor = await graph(abTest(restModel('broken', broken.port), restModel('good', good.port), allToFirst), { failover });
    const answer = predictor.predict(callOf(request));
    if (outcome === 'good') expect((await answer).meta.routing).toEqual({ ab: 1 });
    else expect(await failure(answer)).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('broke off') });
    expect(good.received).toHaveLength(asked);
  });

  test('an answer that had begun is not asked for again', async () => {
    const cut = createServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{"data":'));
    });
    await new Promise<void>((resolve) => void cut.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void cut.close());
    const good = await restUnit(() => tensor(2));
    const { port } = cut.address() as AddressInfo;
    const predictor = await graph(abTest(restModel('cut', port), restModel('good', good.port), allToFirst));
    expect(await failure(predictor.predict(callOf(request)))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(good.received).toHaveLength(0);
  });

  test('an arm that takes too long is given up and nobody else asked; after three of those it is left out', async () => {
    const slow = await restUnit(({ path }) => (path === '/predict' ? undefined : { status: 503, body: '{}' }));
    const good = await restUnit(() => tensor(2));
    const predictor = await graph(abTest(restModel('slow', slow.port), restModel('good', good.port), allToFirst), { timeoutMs: 50 });
    for (let times = 0; times < 3; times++)
      expect(await failure(predictor.predict(callOf(request)))).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(good.received).toHaveLength(0);
    expect((await predictor.predict(callOf(request))).meta.routing).toEqual({ ab: 1 });
  });

  test('a client whose time is up is not given another arm', async () => {
    const broken = await restUnit(() => delay(50).then(() => void broken.stop()));
    const good = await restUnit(() => tensor(2));
    const predictor = await graph(abTest(restModel('broken', broken.port), restModel('good', good.port), allToFirst));
    const client = new AbortController();
    const answer = failure(predictor.predict(callOf(request, { signal: client.signal })));
    await vi.waitFor(() => expect(broken.received).toHaveLength(1), 60_000);
    client.abort(new InferenceError('DEADLINE_EXCEEDED', 'the time is up'));
    expect(await answer).toMatchObject({ message: 'the time is up' });
    await delay(100);
    expect(good.received).toHaveLength(0);
  });

  test('feedback is for the arm that answered, and goes to no other', async () => {
    const good = await restUnit(() => tensor(2));
    const predictor = await graph(abTest(restModel('gone', await deadPort()), restModel('good', good.port)));
    const feedback = { reward: 1, response: callOf({ meta: { routing: { ab: 0 } } }).message };
    expect(await failure(predictor.feedback(feedback, callOf(request)))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(good.received).toHaveLength(0);
  });

  test.each(['SIMPLE_ROUTER', 'ROUTER'])('the order of a %s is followed, though its child is dead', async (kind) => {
    const router = await restUnit(() => '[0]');
    const good = await restUnit(() => tensor(2));
    const children = [restModel('gone', await deadPort()), restModel('good', good.port)];
    const own = kind === 'ROUTER' ? { type: kind, ...at(router.port) } : { implementation: kind };
    const predictor = await graph({ name: 'r', ...own, children });
    expect(await failure(predictor.predict(callOf(request)))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(good.received).toHaveLength(0);
  });

  test('an arm is all that is below it: a transformer whose model is dead gives way, and a router asks its own arms first', async () => {
    const clean = await restUnit(() => tensor(1));
    const good = await restUnit(() => tensor(2));
    const [one, two] = [await deadPort(), await deadPort()];
    const inner = abTest(restModel('x', one), restModel('y', two), { name: 'inner' });
    const predictor = await graph(
      abTest({ name: 'clean', type: 'TRANSFORMER', ...at(clean.port), children: [inner] }, restModel('good', good.port), allToFirst),
    );
    const { meta } = await predictor.predict(callOf(request));
    expect(meta.routing).toEqual({ ab: 1 });
    expect(Object.keys(meta.requestPath ?? {})).toEqual(['ab', 'good']);
    expect(clean.received.filter(({ path }) => path === '/transform-input')).toHaveLength(1);
  });
});

describe('readiness with a dead arm', () => {
  const twoArms = async (options: GraphOptions = {}) => {
    let ill = true;
    const arm = await restUnit(() => (ill ? { status: 503, body: '{"status":{"info":"loading"}}' } : tensor(1)));
    const good = await restUnit(() => tensor(2));
    const predictor = await graph(abTest(restModel('arm', arm.port), restModel('good', good.port)), options);
    return { predictor, heal: () => void (ill = false), good, arm };
  };

  test('at first all arms must be ready, for a while', async () => {
    expect(await (await twoArms()).predictor.ready()).toMatchObject({ reason: expect.stringContaining('loading') });
    const { predictor, good } = await twoArms({ settleMs: 0 });
    expect(await predictor.ready()).toBe(true);
    await good.stop();
    await delay(1100); // as long as a unit's answer is remembered
    expect(await predictor.ready()).toMatchObject({ reason: expect.stringMatching(/loading.*; .*nothing listens/) });
  });

  test('with failover off, all must be ready for ever', async () => {
    expect(await (await twoArms({ settleMs: 0, failover: 'off' })).predictor.ready()).toMatchObject({
      reason: expect.stringContaining('loading'),
    });
  });
});
