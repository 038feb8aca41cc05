import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeTo } from './close-to.ts';
import { runClient } from './python.ts';
import { ask, rows, startServed, type Served } from './served.ts';

type Found = Readonly<Record<string, unknown>>;
let served: Served;
let found: Found;
let expected: number[][];
beforeAll(async () => {
  served = await startServed();
  const { runtime, router } = served;
  expected = await ask(runtime);
  found = await runClient<Found>('seldon-core', { rows, runtime, router });
});
afterAll(() => served?.stop());

describe('seldon-core, Seldon’s Python client', () => {
  const ways = ['rest', 'grpc'].flatMap((transport) =>
    ['seldon', 'ambassador'].flatMap((gateway) => ['tensor', 'ndarray'].map((payload) => `${gateway} ${transport} ${payload}`)),
  );
  test.each(ways)('through the router as %s', (way) => closeTo(found[way], expected));

  test.each(['rest tensor', 'rest ndarray', 'grpc tensor', 'grpc ndarray'])('to the runtime as a microservice, %s', (way) =>
    closeTo(found[`microservice ${way}`], expected),
  );

  test.each(['seldon rest', 'seldon grpc', 'ambassador rest', 'ambassador grpc'])('gives rewards as %s, which are counted', async (way) => {
    expect(found[`${way} feedback`]).toBe(true);
    const metrics = await (await fetch(`${served.router.http}/metrics`)).text();
    expect(metrics).toMatch(/^seldon_api_model_feedback_reward_total\{.*\} [1-9.]/m);
  });
});

describe('the notebook of the seed', () => {
  test('REST: an ndarray, class names, a puid and the route', () => {
    expect(found['notebook rest']).toMatchObject({
      meta: { puid: expect.stringMatching(/^[0-9a-v]{26}$/), routing: { ab: expect.any(Number) } },
      data: { names: ['lily', 'rose', 'tulip'] },
    });
    closeTo((found['notebook rest'] as { data: { ndarray: unknown } }).data.ndarray, expected.slice(0, 1));
    expect(found['notebook feedback']).toEqual({});
  });

  test('gRPC: a tensor for a tensor', () => {
    const { shape, values, puid } = found['notebook grpc'] as { shape: number[]; values: number[]; puid: string };
    expect(shape).toEqual([1, 3]);
    expect(puid).toMatch(/^[0-9a-v]{26}$/);
    closeTo([values], expected.slice(0, 1));
  });
});
