import { describe, expect, test } from 'vitest';
import { askedBy } from './asked-by.ts';
import { closeTo } from './close-to.ts';

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
