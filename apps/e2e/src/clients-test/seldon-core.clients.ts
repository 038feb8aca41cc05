import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askedBy } from './asked-by.ts';
import { closeTo } from './close-to.ts';
import type { Json } from './python.ts';
import { startWrapped, type Wrapped } from './wrapped.ts';

type Found = Readonly<Record<string, unknown>>;
const asked = askedBy<Found>('seldon-core');

describe('seldon-core, Seldon’s Python client', () => {
  const ways = ['rest', 'grpc'].flatMap((transport) =>
    ['seldon', 'ambassador'].flatMap((gateway) => ['tensor', 'ndarray'].map((payload) => `${gateway} ${transport} ${payload}`)),
  );
  test.each(ways)('through the router as %s', (way) => closeTo(asked.found[way], asked.expected));

  test.each(['rest tensor', 'rest ndarray', 'grpc tensor', 'grpc ndarray'])('to the runtime as a microservice, %s', (way) =>
    closeTo(asked.found[`microservice ${way}`], asked.expected),
  );

  test.each(['seldon rest', 'seldon grpc', 'ambassador rest', 'ambassador grpc'])('gives rewards as %s, which are counted', async (way) => {
    expect(asked.found[`${way} feedback`]).toBe(true);
    const metrics = await (await fetch(`${asked.served.router.http}/metrics`)).text();
    expect(metrics).toMatch(/^seldon_api_model_feedback_reward_total\{.*\} [1-9.]/m);
  });
});

describe('the notebook of the seed', () => {
  test('REST: an ndarray, class names, a puid and the route', () => {
    expect(asked.found['notebook rest']).toMatchObject({
      meta: { puid: expect.stringMatching(/^[0-9a-v]{26}$/), routing: { ab: expect.any(Number) } },
      data: { names: ['lily', 'rose', 'tulip'] },
    });
    closeTo((asked.found['notebook rest'] as { data: { ndarray: unknown } }).data.ndarray, asked.expected.slice(0, 1));
    expect(asked.found['notebook feedback']).toEqual({});
  });

  test('gRPC: a tensor for a tensor', () => {
    const { shape, values, puid } = asked.found['notebook grpc'] as { shape: number[]; values: number[]; puid: string };
    expect(shape).toEqual([1, 3]);
    expect(puid).toMatch(/^[0-9a-v]{26}$/);
    closeTo([values], asked.expected.slice(0, 1));
  });
});

describe('Seldon’s Python wrapper, as units of the router', () => {
  let wrapped: Wrapped;
  beforeAll(async () => {
    wrapped = await startWrapped();
  });
  afterAll(() => wrapped?.stop());

  const [byRest, byGrpc] = [0, 1]; // their places in the graph

  const tensorOf = (rows: number, columns: number, value = 1.5): Json => ({
    data: { tensor: { shape: [rows, columns], values: Array.from({ length: rows * columns }, (_, at) => value + (at % 7)) } },
  });
  const doubled = ({ data: { tensor } }: Json): Json => ({ shape: tensor.shape, values: tensor.values.map((value: number) => 2 * value) });

  async function byHttp(path: string, message: Json): Promise<{ status: number; answer: Json }> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${wrapped.router.http}/api/v1.0/${path}`, { method: 'POST', headers, body: JSON.stringify(message) });
    return { status: response.status, answer: (await response.json()) as Json };
  }

  const predict = {
    rest: async (message: Json) => (await byHttp('predictions', message)).answer,
    grpc: (message: Json) => wrapped.calls.call('Predict', message),
  };

  test.each(['rest', 'grpc'] as const)('a client by %s gets the answers of both units, with names and tags', async (transport) => {
    const message = tensorOf(2, 4);
    const answers = await Promise.all(Array.from({ length: 60 }, () => predict[transport](message)));
    for (const answer of answers) {
      expect(answer['data']).toMatchObject({ names: ['a', 'b', 'c', 'd'], tensor: doubled(message) });
      expect(answer['meta'].tags).toHaveProperty('rewards');
    }
    expect(new Set(answers.map((answer) => answer['meta'].routing.ab))).toEqual(new Set([byRest, byGrpc]));
  });

  test('a megabyte and a half comes back whole from both', async () => {
    const message = tensorOf(200, 1000);
    const routes = new Set<number>();
    for (let turn = 0; turn < 20; turn++) {
      const { data, meta } = (await predict.grpc(message)) as { data: Json; meta: Json };
      expect(data['tensor']).toEqual(doubled(message));
      routes.add(meta['routing'].ab);
    }
    expect(routes).toEqual(new Set([byRest, byGrpc]));
  });

  test('what the model refuses is told as the unit tells it', async () => {
    const refusals = await Promise.all(
      Array.from({ length: 20 }, () =>
        wrapped.calls.call('Predict', tensorOf(1, 4, -9)).then(
          () => 'answered',
          ({ details }: Json) => String(details),
        ),
      ),
    );
    for (const refusal of refusals) expect(refusal).toContain('petals are not negative');
  });

  test('rewards reach the unit that answered', async () => {
    const request = tensorOf(1, 4);
    for (const routing of [byRest, byGrpc]) {
      const feedback = { request, response: { meta: { routing: { ab: routing } } }, reward: 0.5 };
      const rewardsOf = async (): Promise<number> => {
        for (;;) {
          const { meta } = await predict.rest(request);
          if (meta.routing.ab === routing) return meta.tags.rewards;
        }
      };
      const before = await rewardsOf();
      expect(await byHttp('feedback', feedback)).toMatchObject({ status: 200 });
      await wrapped.calls.call('SendFeedback', feedback);
      expect(await rewardsOf()).toBe(before + 1);
    }
  });
});
