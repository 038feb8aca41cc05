import { mkdtemp, rm, truncate, chmod, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '@switchyard/artifact';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { standings } from './standings.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-gate-'));
  for (const metrics of [{ accuracy: 0.9 }, { accuracy: 0.8 }, { f1: 0.5 }, { accuracy: 0.95 }]) await publish(metrics);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function publish(metrics: Record<string, number>) {
  return openStore(folder).publish('digits', async (directory) => {
    await writeFile(join(directory, 'weights'), '12345');
    const tensor = (name: string) => ({ name, datatype: 'FP32' as const, shape: [-1, 1] });
    return {
      format: 'any',
      signature: { inputs: [tensor('x')], outputs: [tensor('y')] },
      metrics,
      hyperparameters: {},
      seed: 0,
      dataset: { name: 'none', digest: '0'.repeat(64), rows: 0 },
      producer: 'test@1',
    };
  });
}

test('gives the figure of each version that has it', async () => {
  expect(await standings(openStore(folder), 'digits', 'accuracy')).toEqual([
    { version: '1', value: 0.9 },
    { version: '2', value: 0.8 },
    { version: '4', value: 0.95 },
  ]);
});

test('the newest must have it', async () => {
  await expect(standings(openStore(folder), 'digits', 'auc')).rejects.toThrow('digits:4 has no metric "auc"; it has accuracy');
});

test('a model that is not there has no versions', async () => {
  expect(await standings(openStore(folder), 'letters', 'accuracy')).toEqual([]);
});

test('a damaged older version counts for nothing; a damaged newest is an error', async () => {
  const damage = async (version: string) => {
    const file = join(folder, 'digits', version, 'weights');
    await chmod(file, 0o600);
    await truncate(file, 2);
  };
  await damage('1');
  expect((await standings(openStore(folder), 'digits', 'accuracy')).map(({ version }) => version)).toEqual(['2', '4']);
  await damage('4');
  await expect(standings(openStore(folder), 'digits', 'accuracy')).rejects.toThrow(/digits.*4/);
});
