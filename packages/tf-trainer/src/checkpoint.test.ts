import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UserError } from '@switchyard/config';
import { checkpoint, type TrainingState } from './checkpoint.ts';
import { emptyHistory } from './history.ts';

let work: string;
beforeAll(async () => void (work = await mkdtemp(join(tmpdir(), 'checkpoint-'))));
afterAll(() => rm(work, { recursive: true, force: true }));

const state: TrainingState = {
  step: 7,
  history: { ...emptyHistory(), training: [{ step: 5, epoch: 0.1, loss: 1 / 3, learningRate: 0.1 }], loss: 0.1 + 0.2, rows: 3 },
  best: { value: 0.25, step: 5, waited: 1 },
  variables: [Float32Array.of(1, -0, 1e-40), Float32Array.of(NaN, Infinity)],
  bestWeights: [Float32Array.of(1 / 3)],
};

test('a state comes back to the bit, and a training with another key does not see it', async () => {
  const kept = checkpoint(work, 'digits', { seed: 1 });
  expect(await kept.read()).toBeUndefined();
  await kept.write({ ...state, step: 6 });
  await kept.write(state);
  expect(await kept.read()).toEqual(state);
  expect(await checkpoint(work, 'digits', { seed: 2 }).read()).toBeUndefined();
  expect(await readdir(dirname(kept.file))).toEqual(['checkpoint']);
  await kept.remove();
  expect(await kept.read()).toBeUndefined();
});

test('any damage is told as such, with the file', async () => {
  const kept = checkpoint(work, 'damaged', {});
  await kept.write(state);
  const whole = await readFile(kept.file);
  const damage = fc.oneof(
    fc.record({ cut: fc.nat(whole.length - 1) }),
    fc.record({ at: fc.nat(whole.length - 1), bits: fc.integer({ min: 1, max: 255 }) }),
  );
  const lastDigit = whole.indexOf('0.30000000000000004') + '0.3000000000000000'.length; // a 5 in its place is the same double
  await fc.assert(
    fc.asyncProperty(damage, async (damage) => {
      const bytes = Uint8Array.from('cut' in damage ? whole.subarray(0, damage.cut) : whole);
      if ('at' in damage) bytes[damage.at]! ^= damage.bits;
      await writeFile(kept.file, bytes);
      const error: unknown = await kept.read().catch((error: unknown) => error);
      expect(error).toBeInstanceOf(UserError);
      expect((error as Error).message).toContain(`${kept.file}: not a sound checkpoint`);
    }),
    { numRuns: 60, examples: [[{ at: lastDigit, bits: 1 }]] },
  );
});
