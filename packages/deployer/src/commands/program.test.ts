import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { program } from './program.ts';
import { reportError } from './report-error.ts';

afterEach(() => vi.restoreAllMocks());

/** Runs the command line in this process: what it prints, and with which code it would end. */
async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((stdout += text.toString())));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((stderr += text.toString())));
  try {
    await program().parseAsync(args, { from: 'user' });
    return { code: 0, stdout, stderr };
  } catch (error) {
    return { code: reportError(error, args.includes('--json')), stdout, stderr };
  } finally {
    vi.restoreAllMocks();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
afterAll(() => rmSync(folder, { recursive: true }));
function file(text: string): string {
  const path = join(folder, `${text.length}.yaml`);
  writeFileSync(path, text);
  return path;
}

const manifest = (namespace?: string): string =>
  JSON.stringify({
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name: 'mnist', ...(namespace !== undefined && { namespace }) },
    spec: { predictors: [{ name: 'main', graph: { name: 'only', implementation: 'SIMPLE_MODEL', children: [] } }] },
  });

test('render prints YAML or JSON, and needs no cluster', async () => {
  const yaml = await run('render', '-f', file(manifest()), '-n', 'dev', '--routes', 'none');
  expect(yaml).toMatchObject({ code: 0, stderr: '' });
  expect(yaml.stdout.match(/^kind: .*$/gm)).toEqual(['kind: Service', 'kind: Service', 'kind: Deployment']);
  const json = await run('render', '-f', file(manifest('prod')), '--json', '--routes', 'none');
  const objects = json.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { metadata: { namespace: string } });
  expect(objects.map(({ metadata }) => metadata.namespace)).toEqual(['prod', 'prod', 'prod']);
});

const nowhere = ['--kubeconfig', '/no/kubeconfig'];

test.each<[string, string[], number, string]>([
  ['an unknown command', ['aply'], 2, 'unknown command'],
  ['a missing option', ['render'], 2, "required option '-f, --file <manifest>' not specified"],
  ['a time that is no number', ['delete', 'mnist', '--timeout', 'x'], 2, '"x" is not a whole number ≥ 0'],
  ['a kubeconfig that is not there', ['status', ...nowhere], 1, 'error: there is no kubeconfig /no/kubeconfig\n'],
  ['two namespaces', ['render', '-f', file(manifest('dev')), '-n', 'prod'], 1, 'metadata.namespace: is "dev", but --namespace says "prod"'],
  ['a file that is no manifest', ['render', '-f', file('kind: Pod\n')], 1, 'has no SeldonDeployment; it holds Pod'],
  ['a file that is not there', ['render', '-f', '/no/file'], 1, 'error: /no/file cannot be read'],
])('%s ends with words and an exit code', async (_, args, code, words) => {
  const outcome = await run(...args);
  expect(outcome.code).toBe(code);
  expect(outcome.stderr).toContain(words);
  expect(outcome.stderr).not.toContain('    at ');
});

test('with --json an error is an event', async () => {
  const { code, stdout, stderr } = await run('status', '--json', ...nowhere);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({ event: 'error', message: 'there is no kubeconfig /no/kubeconfig' });
});

test('as a process it reads standard input, and ends with the code', async () => {
  const main = join(import.meta.dirname, '../main.ts');
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const child = execFile(process.execPath, ['--conditions=@switchyard/source', main, 'render', '-f', '-'], (error, stdout, stderr) =>
    resolve({ code: error?.code, stdout, stderr }),
  );
  child.stdin?.end('kind: Pod\n');
  expect(await promise).toEqual({ code: 1, stdout: '', stderr: 'error: standard input: has no SeldonDeployment; it holds Pod\n' });
});
