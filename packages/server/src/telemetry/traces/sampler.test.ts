import { expect, test } from 'vitest';
import { newTraceId } from './ids.ts';
import { samplerOf, type SamplerName } from './sampler.ts';

const parent = (flags: number) => ({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), flags });
const id = newTraceId();

test.each<[SamplerName, boolean, boolean, boolean]>([
  ['always_on', true, true, true],
  ['always_off', false, false, false],
  ['parentbased_always_on', true, true, false],
  ['parentbased_always_off', false, true, false],
])('%s: alone %j, of a sampled trace %j, of another %j', (name, alone, sampled, unsampled) => {
  const sampler = samplerOf(name, 1);
  expect([sampler(undefined, id), sampler(parent(0b11), id), sampler(parent(0b10), id)]).toEqual([alone, sampled, unsampled]);
});

test('a ratio is drawn by the id of the trace: a share of them, the same for all, and those of a lower ratio are among those of a higher', () => {
  const ids = Array.from({ length: 10_000 }, newTraceId);
  const taken = (ratio: number, name: SamplerName = 'traceidratio') => ids.filter((each) => samplerOf(name, ratio)(undefined, each));
  const [tenth, half] = [taken(0.1), taken(0.5)];
  expect(tenth.length).toBeGreaterThan(800);
  expect(tenth.length).toBeLessThan(1200);
  expect(half).toEqual(expect.arrayContaining(tenth));
  expect(taken(0.1, 'parentbased_traceidratio')).toEqual(tenth);
  expect([taken(0).length, taken(1).length]).toEqual([0, ids.length]);
  expect(samplerOf('parentbased_traceidratio', 0)(parent(1), id)).toBe(true);
});
