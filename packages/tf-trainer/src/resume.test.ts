import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { contentDigest, openStore } from '@switchyard/artifact';
import { runTrainer } from './test/run-trainer.ts';
import { writePatterns } from './test/patterns.ts';
import { scratch } from './test/scratch.ts';

const { folder, values } = await scratch();
const data = await writePatterns(folder, 600);
const { store } = values();

// A model with dropout, moving averages, Adam's moments, a schedule and a validation: all the state that there is.
const model = fileURLToPath(new URL('test/models/dropout-net.ts', import.meta.url));
const flags = ['--store', store, '--data', data, '--model', model, '--steps', '900', '--batch-size', '20', '--validation-split', '0.1'];
const more = [
  '--patience',
  '99',
  '--schedule',
  'cosine',
  '--warm-up-steps',
  '20',
  '--class-weight',
  'balanced',
  '--checkpoint-seconds',
  '0.02',
];

test('killed twice in the middle it goes on where it was, and ends with the very bytes of a training that nobody killed', async () => {
  const train = (name: string, killAfter = Infinity) => {
    let first: number | undefined;
    return runTrainer([...flags, ...more, '--name', name], ({ done }, end) => {
      first ??= done;
      if (done - first > killAfter) end('SIGKILL');
    });
  };
  const whole = train('whole');
  const killed = [await train('killed', 200), await train('killed', 100)];
  for (const each of killed) expect(each).toMatchObject({ stderr: '', code: null, by: 'SIGKILL', trained: undefined });
  expect(await readdir(join(store, '.trainings'))).toContain('killed');
  const last = await train('killed');
  expect(killed[1]?.progress[0]?.done).toBeGreaterThan(1);
  expect(last.progress[0]?.done).toBeGreaterThan(killed[1]?.progress[0]?.done as number);
  expect(last).toMatchObject({ code: 0, stderr: '' });
  expect(await whole).toMatchObject({ code: 0, stderr: '' });

  const [uninterrupted, resumed] = await Promise.all(['whole', 'killed'].map((name) => openStore(store).open({ name })));
  expect(Buffer.from(await resumed!.read('tfjs/weights.bin')).equals(await uninterrupted!.read('tfjs/weights.bin'))).toBe(true);
  expect(contentDigest(resumed!.manifest)).toBe(contentDigest(uninterrupted!.manifest)); // history and metrics too
  expect(await readdir(join(store, '.trainings', 'killed'))).toEqual([]); // it is published: no checkpoint is left
}, 120_000);
