import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { decodeFeedbackJson, encodeSeldonJson, InferenceError } from '@switchyard/protocol';
import { createMetrics, type Metrics, readIdentity } from '@switchyard/server';
import { type GraphPredictor, graphPredictor } from './graph-predictor.ts';
import { at, callOf, predictorOf, restModel } from './test/graph.ts';
import { graph, restUnit } from './test/harness.ts';
import type { RestUnit } from './test/rest-unit.ts';

const unit = (body = '{"data":{"ndarray":[[1]]}}'): Promise<RestUnit> => restUnit(() => body);

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'ab-router-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const newMetrics = (): Metrics => createMetrics(readIdentity({ deploymentName: 'digits', predictorName: 'main' }, {}));

async function counted(metrics: Metrics, name: string): Promise<Record<string, number>> {
  const { values } = (await metrics.registry.getSingleMetric(name)?.get()) ?? { values: [] };
  return Object.fromEntries(values.map(({ labels, value }) => [String(labels['model_name']), value]));
}

const feedbackOf = (raw: object): ReturnType<typeof decodeFeedbackJson> => decodeFeedbackJson(Buffer.from(JSON.stringify(raw)));

/** Gives feedback, with meta as the response had it. */
async function reward(predictor: GraphPredictor, value: number, routing: object | undefined, rest: object = {}): Promise<void> {
  const response = { meta: routing === undefined ? {} : { routing } };
  await predictor.feedback(feedbackOf({ reward: value, response, ...rest }), callOf({}));
}

const greedy = (parameters: object[] = [{ name: 'epsilon', value: '0', type: 'FLOAT' }]): Parameters<typeof predictorOf>[0] => ({
  name: 'eg',
  implementation: 'EPSILON_GREEDY',
  parameters,
  children: ['a', 'b', 'c'].map((name) => ({ name, implementation: 'SIMPLE_MODEL' })),
});

/** Where the next request would go; with epsilon 0 that is the best arm. */
async function preferred(predictor: GraphPredictor): Promise<number | undefined> {
  return (await predictor.predict(callOf({ data: { ndarray: [[1]] } }))).meta.routing?.['eg'];
}

describe('where feedback goes', () => {
  test('to the arm that answered, as it was given, and counts for it and the router alone, reward 0 too', async () => {
    const metrics = newMetrics();
    const [a, b, router] = await Promise.all([unit(), unit(), unit()]);
    const predictor = await graph(
      { name: 'r', type: 'ROUTER', ...at(router.port), children: [restModel('a', a.port), restModel('b', b.port)] },
      { metrics },
    );
    const raw = {
      request: { data: { ndarray: [[1.5]] } },
      response: { meta: { routing: { r: 1 } }, data: { ndarray: [[0.5]] } },
      reward: 0,
      truth: { strData: '7' },
    };
    await predictor.feedback(feedbackOf(raw), callOf({}, { headers: { 'x-user': 'u' } }));
    expect(a.received).toHaveLength(0);
    for (const told of [b, router]) {
      expect(told.received).toHaveLength(1);
      expect(told.received[0]).toMatchObject({ path: '/send-feedback', headers: { 'x-user': 'u', 'seldon-puid': 'puid-1' } });
      expect(JSON.parse(told.received[0]?.body ?? '')).toEqual(raw);
    }
    expect(await counted(metrics, 'seldon_api_model_feedback_total')).toEqual({ r: 1, b: 1 });
    expect(await counted(metrics, 'seldon_api_model_feedback_reward_total')).toEqual({ r: 0, b: 0 });
  });

  test('to all children of a combiner, without any routing', async () => {
    const [a, b] = await Promise.all([unit(), unit()]);
    const predictor = await graph({
      name: 'mean',
      implementation: 'AVERAGE_COMBINER',
      children: [restModel('a', a.port), restModel('b', b.port)],
    });
    await reward(predictor, 1, undefined);
    expect([a.received.length, b.received.length]).toEqual([1, 1]);
  });

  test('to the one child of a router, without any routing', async () => {
    const only = await unit();
    const predictor = await graph({ name: 'r', implementation: 'SIMPLE_ROUTER', children: [restModel('a', only.port)] });
    await reward(predictor, 1, undefined);
    expect(only.received).toHaveLength(1);
  });

  test('a nested router is followed by its own entry', async () => {
    const models = await Promise.all([unit(), unit(), unit()]);
    const [a, b, c] = models;
    const predictor = await graph({
      name: 'outer',
      implementation: 'RANDOM_ABTEST',
      children: [
        restModel('a', a.port),
        { name: 'inner', implementation: 'RANDOM_ABTEST', children: [restModel('b', b.port), restModel('c', c.port)] },
      ],
    });
    await reward(predictor, 1, { outer: 1, inner: 0 });
    await reward(predictor, 1, { outer: 0 });
    expect(models.map(({ received }) => received.length)).toEqual([1, 1, 0]);
  });

  test.each([
    [undefined, 'response.meta.routing["eg"] is missing: it says which of the 3 branches answered'],
    [{ other: 1 }, 'response.meta.routing["eg"] is missing'],
    [{ eg: 3 }, 'response.meta.routing["eg"] is 3; the branches are 0..2'],
    [{ eg: -3 }, 'response.meta.routing["eg"] is -3'],
    [{ eg: -1 }, 'router "eg" learns from one branch, 0..2; the feedback is for -1'],
  ])('routing %o is refused', async (routing, message) => {
    const predictor = await graph(greedy());
    const before = await preferred(predictor);
    const error = await reward(predictor, 0, routing).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InferenceError);
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) });
    expect(await preferred(predictor)).toBe(before);
  });

  test('feedback that cannot be placed reaches nobody', async () => {
    const metrics = newMetrics();
    const [a, b] = await Promise.all([unit(), unit()]);
    const predictor = await graph(
      {
        name: 'mean',
        implementation: 'AVERAGE_COMBINER',
        children: [restModel('a', a.port), { ...greedy(), children: [restModel('b', b.port), restModel('c', b.port)] }],
      },
      { metrics },
    );
    await expect(reward(predictor, 1, {})).rejects.toThrow('response.meta.routing["eg"] is missing');
    expect([a.received.length, b.received.length]).toEqual([0, 0]);
    expect(await counted(metrics, 'seldon_api_model_feedback_total')).toEqual({});
  });
});

describe('a bandit', () => {
  test('leaves an arm that gets reward 0 and stays with one that is rewarded', async () => {
    const predictor = await graph(greedy());
    expect(await preferred(predictor)).toBe(0);
    await reward(predictor, 0, { eg: 0 });
    expect(await preferred(predictor)).toBe(1);
    await reward(predictor, 1, { eg: 1 });
    expect(await preferred(predictor)).toBe(1);
  });

  test('learns from fractions of a reward', async () => {
    const predictor = await graph(greedy());
    for (const [arm, value] of [
      [0, 0.4],
      [1, 0.6],
      [2, 0.5],
    ] as const)
      for (let times = 0; times < 5; times++) await reward(predictor, value, { eg: arm });
    expect(await preferred(predictor)).toBe(1);
  });

  test('counts each row of a batch', async () => {
    const predictor = await graph(greedy());
    // One batch of 9 rows at 0.5 against two single rows at 0.6: (4.5+1)/10 is less than (1.2+1)/3.
    await reward(predictor, 0.5, { eg: 0 }, { request: { data: { ndarray: Array.from({ length: 9 }, () => [1, 2]) } } });
    await reward(predictor, 0.6, { eg: 1 });
    await reward(predictor, 0.6, { eg: 1 }, { request: { data: { ndarray: [1, 2, 3] } } }); // a vector is one row
    for (let times = 0; times < 3; times++) await reward(predictor, 0, { eg: 2 });
    expect(await preferred(predictor)).toBe(1);
  });

  test('begins with the best branch it is told, 0 among them', async () => {
    const told = (branch: string): object[] => [
      { name: 'epsilon', value: '0', type: 'FLOAT' },
      { name: 'best_branch', value: branch, type: 'INT' },
    ];
    expect(await preferred(await graph(greedy(told('2'))))).toBe(2);
    expect(await preferred(await graph(greedy(told('0'))))).toBe(0);
  });

  test("is played in place of the seed's router image, unless the manifest says where that answers", async () => {
    const raw = { name: 'eg', type: 'ROUTER', children: greedy().children };
    const predictor = predictorOf(raw as Parameters<typeof predictorOf>[0]);
    const container = { ...predictor.containers[0]!, image: 'seldonio/mab_epsilon_greedy:1.1' };
    const played = await graphPredictor({ ...predictor, graph: { ...predictor.graph, container } });
    onTestFinished(() => played.close());
    const answer = await played.predict(callOf({ data: { ndarray: [[1]] } }));
    expect(answer.meta).toMatchObject({ routing: { eg: expect.any(Number) }, requestPath: { eg: 'seldonio/mab_epsilon_greedy:1.1' } });
    const router = await unit('[2]');
    const endpoint = { type: 'REST' as const, host: '127.0.0.1', httpPort: router.port };
    const asked = await graphPredictor({ ...predictor, graph: { ...predictor.graph, container, endpoint } });
    onTestFinished(() => asked.close());
    expect(await preferred(asked)).toBe(2);
    expect(router.received).toHaveLength(1);
  });

  test('remembers over a restart, every one of feedbacks that come at once', async () => {
    const state = temporary();
    const first = await graph(greedy(), { state });
    await Promise.all(Array.from({ length: 50 }, (_, index) => reward(first, index % 2, { eg: 0 })));
    await reward(first, 0.25, { eg: 1 });
    await reward(first, 0.9, { eg: 2 });
    expect(await preferred(first)).toBe(2);
    await first.close();
    const second = await graph(greedy(), { state });
    expect(await preferred(second)).toBe(2);
    for (let times = 0; times < 3; times++) await reward(second, 0, { eg: 2 });
    expect(await preferred(second)).toBe(1); // (0.25+1)/2 against 26/51 of the first: all were counted
  });

  test('keeps its file within the directory, whatever it is called', async () => {
    const state = temporary();
    const predictor = await graph({ ...greedy(), name: '../../eg' }, { state });
    await reward(predictor, 1, { '../../eg': 0 });
    expect(readdirSync(state)).toEqual(['main...%2F..%2Feg.jsonl']);
  });

  test('knows its arms by name when the graph has changed', async () => {
    const state = temporary();
    const first = await graph(greedy(), { state });
    await reward(first, 0, { eg: 0 });
    await reward(first, 1, { eg: 1 });
    await first.close();
    const turned = { ...greedy(), children: ['b', 'a'].map((name) => ({ name, implementation: 'SIMPLE_MODEL' })) };
    const second = await graph(turned, { state });
    await reward(second, 0.99, { eg: 0 });
    expect(await preferred(second)).toBe(0);
    await reward(second, 0, { eg: 0 });
    expect(await preferred(second)).toBe(0); // b: 2.99/4 against a: 1/2
  });
});

test('a whole turn: predict, reward with the answer as it came, and the arm is known', async () => {
  const metrics = newMetrics();
  const predictor = await graph(greedy(), { metrics });
  const answer = await predictor.predict(callOf({ data: { ndarray: [[1]] } }));
  const response = JSON.parse(encodeSeldonJson(answer).toString());
  await predictor.feedback(feedbackOf({ response, reward: 1 }), callOf({}));
  expect(await counted(metrics, 'seldon_api_model_feedback_total')).toEqual({ eg: 1, a: 1 });
});
