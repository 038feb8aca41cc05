import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { program } from '../program.ts';
import { type Digits, startDigits } from '../test/digits.ts';

let digits: Digits;
beforeAll(async () => {
  digits = await startDigits();
});
afterAll(() => digits?.stop());

test('the lines of docs/generated-client.md compile, and run against a deployment', async () => {
  const page = await readFile(new URL('../../../../docs/generated-client.md', import.meta.url), 'utf8');
  const blocks = (kind: string): string[] =>
    [...page.matchAll(new RegExp(`^\`\`\`${kind}\n(.*?)^\`\`\`$`, 'gms'))].map(([, text]) => text!);

  const [command] = blocks('sh served');
  const words = command!.trim().split(' ').slice(1);
  const args = words.map((word) =>
    word.replace('http://localhost:8000', digits.router.http).replace(/^digits-client/, join(digits.folder, '$&')),
  );
  await program().parseAsync([...args, '--json'], { from: 'user' });

  const file = join(digits.folder, 'page.ts');
  await writeFile(file, blocks('ts').join('\n'));
  const tsc = join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc');
  const flags = [
    '--strict',
    '--noUnusedLocals',
    '--noEmit',
    '--allowImportingTsExtensions',
    '--module',
    'esnext',
    '--moduleResolution',
    'bundler',
  ];
  const compiled = spawnSync(process.execPath, [tsc, ...flags, '--target', 'es2022', '--lib', 'es2022,dom', '--types', '', file], {
    encoding: 'utf8',
    cwd: digits.folder,
  });
  expect(compiled).toMatchObject({ stdout: '', status: 0 });

  const counted = async (): Promise<string> =>
    (await (await fetch(`${digits.router.http}/prometheus`)).text()).match(/^seldon_api_model_feedback_total\{.*"eg".* (\d+)$/m)?.[1] ??
    '0';
  expect(await counted()).toBe('0');
  const ran = spawnSync(process.execPath, [file], { encoding: 'utf8', cwd: digits.folder });
  expect(ran).toMatchObject({ status: 0, stderr: expect.not.stringContaining('rror') });
  expect(ran.stdout).toBe('INVALID_INPUT input "x": 783 values; a row has 784\n[ 1, 2 ] true 100\n');
  expect(await counted()).toBe('1');
});
