import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from '@switchyard/config';
import { withConfigFile } from '@switchyard/training';
import { openTensorFlow } from '@switchyard/tensorflow';
import { settings } from './settings.ts';
import { scratch } from './test/scratch.ts';
import { trainable } from './trainable.ts';
import { loadUserModel } from './user-model.ts';

const { folder } = await scratch();
const page = await readFile(new URL('../../../docs/training-tensorflow.md', import.meta.url), 'utf8');
const block = (language: string): string => new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(page)![1]!;

test('the model of the documentation is one', async () => {
  const { tf } = await openTensorFlow();
  const file = join(folder, 'my-model.ts');
  await writeFile(file, block('ts'));
  const signature = { input: { shape: [28, 28], width: 784 }, output: { units: 10, classNames: [...'0123456789'] } };
  const { model, kind } = trainable(tf, (await loadUserModel(file, tf))(signature, { tf, seed: 0 }), signature, file);
  expect(kind).toBe('logits');
  expect(model.outputs[0]!.shape).toEqual([null, 10]);
  model.dispose();
});

test('the settings of the documentation are settings, and every flag that it names is one', async () => {
  const file = join(folder, 'run.yaml');
  await writeFile(file, block('yaml'));
  const values = readSettings(settings, { argv: withConfigFile(settings, ['--config', file, '--seed', '7']), env: {} });
  expect(values).toMatchObject({ preset: 'cnn', epochs: 20, schedule: 'cosine', classWeight: 'balanced', patience: 3, seed: 7 });
  const flags = [...page.matchAll(/--([a-z][a-z-]+)/g)].map(([, name]) => name!.replace(/^no-/, ''));
  const known = Object.keys(settings).map((key) => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  expect(flags.filter((name) => !known.includes(name) && name !== 'help')).toEqual([]);
  expect(new Set(flags).size).toBeGreaterThan(12);
});
