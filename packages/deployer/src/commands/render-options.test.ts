import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readRenderOptions } from './render-options.ts';

const folder = mkdtempSync(join(tmpdir(), 'values-'));
afterAll(() => rmSync(folder, { recursive: true }));
function file(text: string): string {
  const path = join(folder, 'values.yaml');
  writeFileSync(path, text);
  return path;
}

test('there is a default for everything', () => {
  expect(readRenderOptions({})).toMatchObject({ routes: 'gateway', gateway: { name: 'switchyard' } });
});

test('flags come before the file, and --set before both', () => {
  const values = file('registry: one\ntag: "1"\ngateway: { name: public, namespace: infra }\n');
  const options = readRenderOptions({ values, registry: 'two', tag: '2', set: ['tag=v3', 'gateway.name=edge'] });
  expect(options).toMatchObject({ registry: 'two', tag: 'v3', gateway: { name: 'edge', namespace: 'infra' } });
});

test('--set takes YAML', () => {
  expect(readRenderOptions({ set: ['requestTimeoutSeconds=9', 'imagePullSecrets=[a, b]', 'shortPath=false'] })).toMatchObject({
    requestTimeoutSeconds: 9,
    imagePullSecrets: ['a', 'b'],
    shortPath: false,
  });
});

test.each([
  [{ set: ['nothing'] }, '--set nothing: name=value is expected'],
  [{ set: ['a=[', 'b=1'] }, '--set a=[: '],
  [{ routes: 'istio' }, 'routes: '],
  [{ set: ['regsitry=x'] }, 'regsitry'],
  [{ values: '/no/such/file' }, '/no/such/file cannot be read'],
])('what cannot be used is said by its name: %j', (flags, words) => {
  expect(() => readRenderOptions(flags)).toThrow(words);
});

test('a file that is no object, or empty', () => {
  expect(() => readRenderOptions({ values: file('- a\n') })).toThrow('is no YAML object');
  expect(readRenderOptions({ values: file('') })).toMatchObject({ routes: 'gateway' });
});
