import { readFileSync } from 'node:fs';
import { readSettings } from '@switchyard/config';
import { expect, test } from 'vitest';
import { importSettings } from './import-settings.ts';
import { settings } from './settings.ts';

const page = readFileSync(new URL('../../../docs/bringing-tensorflow.md', import.meta.url), 'utf8');
const store = ['--name', 'm', '--from', 'x'];
const read = (...flags: string[]) => readSettings(importSettings, { argv: [...store, ...flags], env: {} });

test('the commands of the documentation are some, and every flag that it names', () => {
  const commands = [...page.matchAll(/tf-trainer import (\S+) (--.*)/g)].map(([, from, flags]) =>
    readSettings(importSettings, { argv: ['--from', from!, ...flags!.split(' ')], env: {} }),
  );
  expect(commands).toMatchObject([
    { from: './digits', name: 'digits', range: { min: 0, max: 1 }, classNames: [...'0123456789'] },
    { from: './wine.onnx', name: 'wine', classNames: ['barolo', 'grignolino', 'barbera'] },
  ]);
  const named = [...page.replace(/^npm .*/gm, '').matchAll(/--([a-z][a-z-]+)/g)].map(([, name]) => name!.replace(/^no-/, ''));
  const known = Object.keys({ ...importSettings, ...settings }).map((key) => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});

test.each(['1..0', '1', 'a..b', '0..1..2'])('refuses the range %s', (range) => {
  expect(() => read('--range', range)).toThrow('it is the least and the greatest value: 0..1');
});
