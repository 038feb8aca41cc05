import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { workspace } from '../system.ts';
import { goProgram } from './programs.ts';
import { startServed, type Served } from './served.ts';

/** Lines of shell, and what they print. */
type Example = { readonly commands: string; readonly kind: string; readonly output: string };

/** The blocks ```sh served of a page, each with the block that follows it. */
function examplesOf(page: string): Example[] {
  const text = readFileSync(page, 'utf8');
  return [...text.matchAll(/^```sh served\n([\s\S]*?)^```\n```(\w+)\n([\s\S]*?)^```$/gm)].map(
    ([, commands = '', kind = '', output = '']) => ({
      commands,
      kind,
      output,
    }),
  );
}

let served: Served;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  env = { ...process.env, PATH: [dirname(goProgram('grpcurl')), process.env['PATH']].join(delimiter) };
  served = await startServed();
});
afterAll(() => served?.stop());

describe.each(globSync(join(workspace, 'docs/protocols/*.md')).toSorted())('%s', (page) => {
  const examples = examplesOf(page);

  test('has examples, each with what it prints', () => {
    expect(examples.length).toBe(readFileSync(page, 'utf8').match(/^```sh served$/gm)?.length ?? 0);
    expect(examples.length).toBeGreaterThan(0);
  });

  test.each(examples.map((example, index) => ({ ...example, name: `${basename(page)}, example ${index + 1}` })))(
    '$name',
    ({ commands, kind, output }) => {
      const { runtime, router } = served;
      const host = (address: string): string => address.replace('http://', '');
      const script = commands
        .replaceAll('localhost:9000', host(runtime.http))
        .replaceAll('localhost:5000', runtime.grpc)
        .replaceAll('localhost:8000', host(router.http));
      const { stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', script], { encoding: 'utf8', env });
      if (kind === 'json') expect(values(stdout), stderr).toEqual(values(output).map(withHoles));
      else expect(stdout.trim(), stderr).toBe(output.trim());
    },
  );
});

/** The JSON values of a text, one after the other. */
function values(text: string): unknown[] {
  const found: unknown[] = [];
  for (let start = 0, end = text.indexOf('}') + 1; end > 0; end = text.indexOf('}', end) + 1) {
    try {
      found.push(JSON.parse(text.slice(start, end)));
      start = end;
    } catch {} // not whole yet
  }
  return found;
}

/** `"…"` stands for anything. */
function withHoles(value: unknown): unknown {
  if (value === '…') return expect.anything();
  if (Array.isArray(value)) return value.map(withHoles);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withHoles(each)]));
}
