import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeTo } from './close-to.ts';
import { runClient, type Json } from './python.ts';
import { ask, rows, startServed, type Served } from './served.ts';

type Found = Readonly<Record<'runtime' | 'router', Json>>;
let served: Served;
let found: Found;
let expected: number[][];
beforeAll(async () => {
  served = await startServed();
  const { runtime, router } = served;
  expected = await ask(runtime);
  found = await runClient<Found>('kserve', { rows, runtime, router });
});
afterAll(() => served?.stop());

describe.each(['runtime', 'router'] as const)('kserve’s client and the %s', (server) => {
  const of = (name: string) => found[server][name];

  test('health', () => {
    const asked = ['v1 live', 'v1 model ready', 'v2 live', 'v2 ready', 'v2 model ready', 'grpc live', 'grpc ready', 'grpc model ready'];
    expect(asked.filter((name) => of(name) !== true)).toEqual([]);
  });

  test('V1: predictions', () => closeTo(of('v1 infer'), expected));

  test('V1: explanations sum to the answer', () => {
    const { explanations } = of('v1 explain') as { explanations: { bias: number; values: number[]; class: string }[] };
    expect(explanations.map((each) => each.class)).toEqual(['lily', 'rose']);
    for (const [row, { bias, values }] of explanations.entries()) {
      expect(values.reduce((sum, value) => sum + value, bias)).toBeCloseTo(Math.max(...(expected[row] as number[])), 6);
    }
  });

  test.each(['v2 json', 'v2 binary', 'grpc typed', 'grpc raw'])('V2: %s', (way) => {
    expect(of(way).id).toBe('mine-1');
    closeTo(of(way).numbers, expected);
  });
});
