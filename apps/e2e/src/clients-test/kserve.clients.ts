import { describe, expect, test } from 'vitest';
import { askedBy } from './asked-by.ts';
import { closeTo } from './close-to.ts';
import type { Json } from './python.ts';

type Found = Readonly<Record<'runtime' | 'router', Json>>;
const asked = askedBy<Found>('kserve');

describe.each(['runtime', 'router'] as const)('kserve’s client and the %s', (server) => {
  const of = (name: string) => asked.found[server][name];

  test('health', () => {
    const asked = ['v1 live', 'v1 model ready', 'v2 live', 'v2 ready', 'v2 model ready', 'grpc live', 'grpc ready', 'grpc model ready'];
    expect(asked.filter((name) => of(name) !== true)).toEqual([]);
  });

  test('V1: predictions', () => closeTo(of('v1 infer'), asked.expected));

  test('V1: explanations sum to the answer', () => {
    const { explanations } = of('v1 explain') as { explanations: { bias: number; values: number[]; class: string }[] };
    expect(explanations.map((each) => each.class)).toEqual(['lily', 'rose']);
    for (const [row, { bias, values }] of explanations.entries()) {
      expect(values.reduce((sum, value) => sum + value, bias)).toBeCloseTo(Math.max(...(asked.expected[row] as number[])), 6);
    }
  });

  test.each(['v2 json', 'v2 binary', 'grpc typed', 'grpc raw'])('V2: %s', (way) => {
    expect(of(way).id).toBe('mine-1');
    closeTo(of(way).numbers, asked.expected);
  });
});
