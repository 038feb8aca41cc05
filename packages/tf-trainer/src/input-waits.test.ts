import { expect, test } from 'vitest';
import type { Batch } from '@switchyard/dataset';
import { watchInput } from './input-waits.ts';

const batch: Batch = { features: new Float32Array(0), labels: new Int32Array(0), rows: 0 };

test('the part of the time that is spent on the next batch, and not on the step', async () => {
  let clock = 0;
  async function* batches(): AsyncGenerator<Batch, void, void> {
    for (let number = 0; number < 4; number++) {
      clock += 1; // it takes 1 ms to make
      yield batch;
    }
  }
  const input = watchInput(batches(), () => clock);
  for await (const _ of input.batches) clock += 7;
  expect(input.waits()).toBe('input waits 12.5 %');
});

test('whoever stops ends the source, too', async () => {
  let ended = false;
  function* batches(): Generator<Batch, void, void> {
    try {
      for (;;) yield batch;
    } finally {
      ended = true;
    }
  }
  for await (const _ of watchInput(batches()).batches) break;
  expect(ended).toBe(true);
});
