import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Datatype, datatypes, type TensorSpec } from '@switchyard/protocol';
import { afterAll, expect, test } from 'vitest';
import { clientSource } from './client-source.ts';
import type { Contract } from './contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'switchyard-source-'));
afterAll(() => rmSync(folder, { recursive: true }));

const spec = (name: string, datatype: Datatype, shape: readonly number[], columns?: readonly string[]): TensorSpec => ({
  name,
  datatype,
  shape,
  ...(columns && { columns }),
});
const contractOf = (more: Partial<Contract>): Contract => ({
  url: 'http://localhost:8000',
  model: 'm',
  inputs: [spec('x', 'FP32', [-1, 2])],
  outputs: [spec('y', 'FP32', [-1, 2], ['no', 'yes'])],
  feedback: false,
  ...more,
});
const contracts: Record<string, Contract> = {
  ...Object.fromEntries(
    datatypes.flatMap((datatype) => [
      [`takes-${datatype}`, contractOf({ inputs: [spec('x', datatype, [-1, 3])] })],
      [`gives-${datatype}`, contractOf({ outputs: [spec('y', datatype, [-1])] })],
    ]),
  ),
  open: contractOf({ inputs: [spec('x', 'FP32', [-1, -1])], outputs: [spec('y', 'INT64', [-1, -1])] }),
  scalar: contractOf({ inputs: [spec('x', 'FP64', [])], outputs: [spec('y', 'FP64', [])] }),
  several: contractOf({ inputs: datatypes.map((each) => spec(`in ${each}`, each, [-1, 2])), feedback: true }),
  odd: contractOf({
    model: 'a"b\u2028`${c}`*/\n//',
    inputs: [spec('"x:0"', 'BYTES', [-1])],
    outputs: [spec('d\\e', 'FP32', [-1, 1], ["'"])],
  }),
};
const write = (name: string, contract: Contract): string => {
  const file = join(folder, `${name}.ts`);
  writeFileSync(file, clientSource(contract, 'Client'));
  return file;
};

test('compiles whatever a model takes and gives, with the types of pages and with those of Node', () => {
  const files = Object.entries(contracts).map(([name, contract]) => write(name, contract));
  const require = createRequire(import.meta.url);
  const tsc = join(require.resolve('typescript/package.json'), '../bin/tsc');
  const strict = [
    'strict',
    'noUncheckedIndexedAccess',
    'exactOptionalPropertyTypes',
    'noUnusedLocals',
    'noUnusedParameters',
    'isolatedModules',
  ];
  const flags = [...strict, 'noPropertyAccessFromIndexSignature', 'erasableSyntaxOnly', 'noEmit'].map((flag) => `--${flag}`);
  const types = join(require.resolve('@types/node/package.json'), '../..');
  for (const world of [
    ['--strict', '--noEmit', '--lib', 'es2022,dom', '--types', ''],
    [...flags, '--lib', 'es2022,dom', '--types', ''],
    [...flags, '--lib', 'es2022', '--typeRoots', types, '--types', 'node'],
  ]) {
    const all = [tsc, '--module', 'esnext', '--moduleResolution', 'bundler', '--target', 'es2022', ...world, ...files];
    expect(spawnSync(process.execPath, all, { encoding: 'utf8', cwd: folder })).toMatchObject({ stdout: '', status: 0 });
  }
});

test('names are the model’s own, whatever is in them', async () => {
  const { Client, row } = await import(pathToFileURL(write('odd', contracts['odd']!)).href);
  expect(row('"x:0"', ['a'])).toMatchObject({ data: ['a'] });
  expect(new Client()).toBeInstanceOf(Client);
});

test('imports nothing, shows what is meant to be shown, and has feedback where the server takes it', () => {
  const [without, having] = [false, true].map((feedback) => clientSource(contractOf({ feedback }), 'Client')) as [string, string];
  expect(without).not.toMatch(/^import |ModelClient|region|feedback\(/m);
  expect(having).toContain('async feedback(answer: Receipt');
  const shown = [...having.matchAll(/^export (?:async )?(?:type|class|const|function) (\w+)/gm)].map(([, name]) => name).toSorted();
  expect(shown).toEqual(
    'Answer CallOptions ClassName Client ClientError ClientOptions ErrorCode Fetch InputName Inputs Metadata Output OutputName PredictOptions Receipt Rows classesOf row rows'
      .split(' ')
      .toSorted(),
  );
});

test.each(['Rows', 'Error', 'Uint8Array', 'client', 'enum', 'A-B', '2nd'])('refuses the name %s', (name) => {
  expect(() => clientSource(contractOf({}), name)).toThrow(
    expect.objectContaining({ name: 'UserError', message: expect.stringContaining(`--name ${name} `) }),
  );
});
