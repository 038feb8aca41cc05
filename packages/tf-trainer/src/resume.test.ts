import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
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
const flags = ['--store', store, '--model', model, '--steps', '2400', '--batch-size', '20', '--validation-split', '0.1'];
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

async function expectTheSame(prefix: string, flags: readonly string[]): Promise<void> {
  const [wholeName, killedName] = [`${prefix}whole`, `${prefix}killed`];
  const train = (name: string, killAfter = Infinity) => {
    let first: number | undefined;
    return runTrainer([...flags, '--name', name], ({ phase, done }, end) => {
      if (phase !== 'training') return;
      first ??= done;
      if (done - first > killAfter) end('SIGKILL');
    });
  };
  const firstStep = ({ progress }: Awaited<ReturnType<typeof train>>) => progress.find(({ phase }) => phase === 'training')?.done as number;
  const whole = train(wholeName);
  const killed = [await train(killedName, 200), await train(killedName, 100)];
  for (const each of killed) expect(each).toMatchObject({ stderr: '', code: null, by: 'SIGKILL', trained: undefined });
  expect(await readdir(join(store, '.trainings'))).toContain(killedName);
  const last = await train(killedName);
  expect(firstStep(killed[1]!)).toBeGreaterThan(1);
  expect(firstStep(last)).toBeGreaterThan(firstStep(killed[1]!));
  expect(last).toMatchObject({ code: 0, stderr: '' });
  expect(await whole).toMatchObject({ code: 0, stderr: '' });

  const [uninterrupted, resumed] = await Promise.all([wholeName, killedName].map((name) => openStore(store).open({ name })));
  expect(Buffer.from(await resumed!.read('tfjs/weights.bin')).equals(await uninterrupted!.read('tfjs/weights.bin'))).toBe(true);
  expect(contentDigest(resumed!.manifest)).toBe(contentDigest(uninterrupted!.manifest)); // history and metrics too
  expect(await readdir(join(store, '.trainings', killedName))).toEqual([]); // it is published: neither checkpoint nor rows are left
}

test('killed twice in the middle it goes on where it was, and ends with the very bytes of a training that nobody killed', async () => {
  await expectTheSame('', [...flags, '--data', data, ...more]);
});

test('so it does with rows on the disk, which were packed', async () => {
  const packed: string[] = [];
  for (const file of data.split(',')) {
    await writeFile(`${file}.gz`, gzipSync(await readFile(file)));
    packed.push(`${file}.gz`);
  }
  await expectTheSame('disk-', [...flags, '--data', packed.join(), ...more, '--memory-mb', '0']);
});
