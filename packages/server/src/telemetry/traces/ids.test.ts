import { expect, test } from 'vitest';
import { newSpanId, newTraceId } from './ids.ts';

test('ids are of the form that the specification has, and no two alike', () => {
  const [traces, spans] = [newTraceId, newSpanId].map((make) => new Set(Array.from({ length: 3000 }, make)));
  expect([traces!.size, spans!.size]).toEqual([3000, 3000]);
  for (const id of traces!) expect(id).toMatch(/^(?=.*[^0])[0-9a-f]{32}$/);
  for (const id of spans!) expect(id).toMatch(/^(?=.*[^0])[0-9a-f]{16}$/);
});
