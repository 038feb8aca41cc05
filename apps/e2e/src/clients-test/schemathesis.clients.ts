import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pythonOf, type Json } from './python.ts';
import { startServed, type Served } from './served.ts';
import { withExamples } from './with-examples.ts';

/** What the judge found of an OpenAPI document: its words, and its own report. */
type Verdict = { readonly code: number; readonly words: string; readonly report: Json };

let served: Served;
let folder: string;
beforeAll(async () => {
  pythonOf('schemathesis'); // the first time, it is installed
  served = await startServed();
  folder = await mkdtemp(join(tmpdir(), 'schemathesis-'));
});
afterAll(async () => {
  await served?.stop();
  await rm(folder, { recursive: true });
});

const configuration = join(import.meta.dirname, 'python/schemathesis.toml');
const servers = ['runtime', 'router'] as const;

/** What takes a server from its clients while the others ask it. */
const administration = '/(un)?(pause|load)$';

/** Asks a server all that a document says it answers. */
async function judge(name: string, url: string, document: Json, filter: readonly string[]): Promise<Verdict> {
  const [path, reported] = [join(folder, `${name}.json`), join(folder, `${name}.report.json`)];
  await writeFile(path, JSON.stringify(document));
  const flags = [
    '--no-color',
    '--config-file',
    configuration,
    'run',
    path,
    '--url',
    url,
    '--report',
    'json',
    '--report-json-path',
    reported,
  ];
  const program = join(pythonOf('schemathesis'), 'schemathesis');
  const { code, words } = await new Promise<Omit<Verdict, 'report'>>((resolve) =>
    execFile(program, [...flags, ...filter], { cwd: folder, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), words: stdout + stderr }),
    ),
  );
  const report = await readFile(reported, 'utf8').catch((cause: unknown) => {
    throw new Error(`Schemathesis left no report:\n${words}`, { cause });
  });
  return { code, words, report: JSON.parse(report) as Json };
}

/** The document as it is served, with examples. */
async function documentOf(server: (typeof servers)[number]): Promise<Json> {
  const document = (await (await fetch(`${served[server].http}/openapi.json`)).json()) as Json;
  return withExamples(document, { version: '1', unit: server === 'router' ? 'by-rest' : 'flowers' });
}

const operationsOf = ({ paths }: Json, wanted: (path: string) => boolean): string[] =>
  Object.entries(paths as Json).flatMap(([path, methods]) =>
    wanted(path) ? Object.keys(methods as Json).map((method) => `${method.toUpperCase()} ${path}`) : [],
  );

/** It found nothing, and it asked every operation. */
function expectTruth({ code, words, report }: Verdict, operations: readonly string[]): void {
  expect(code, words).toBe(0);
  expect(report).toMatchObject({ complete: true, failures: [], errors: [] });
  expect(report['operations']).toMatchObject({ selected: operations.length, tested: operations.length, errored: 0, skipped: 0 });
  expect(report['test_cases']).toMatchObject({ with_failures: 0, errored: 0, without_checks: 0 });
  expect(report['test_cases'].generated).toBeGreaterThan(operations.length);
}

const administers = (path: string): boolean => path.search(administration) >= 0;

test.concurrent.each(servers)(
  'the document of the %s says what it does',
  async (server) => {
    const document = await documentOf(server);
    const verdict = await judge(server, served[server].http, document, ['--exclude-path-regex', administration]);
    const operations = operationsOf(document, (path) => !administers(path));
    expectTruth(verdict, operations);

    const predicting = operations.filter((each) => /(predict|predictions|infer|explain|invocations|feedback)$/.test(each));
    const answered = server === 'router' ? predicting.filter((each) => !each.includes('{version}')) : predicting; // a graph has no versions
    for (const each of answered)
      expect(verdict.report['valid_rates'][each]?.examples, each).toMatchObject({
        accepted: expect.toSatisfy((count) => count > 0),
        rejected: 0,
      });
  },
  300_000,
);

test('a document that does not say what the server does is found out', async () => {
  const { components, paths, ...rest } = await documentOf('router');
  const schemas = { ...components.schemas, Alive: { type: 'object', required: ['since'] } };
  const lie = { ...rest, paths: { '/': paths['/'] }, components: { ...components, schemas } };
  const { code, report } = await judge('lie', served.router.http, lie, []);
  expect([code, report['failures']]).toEqual([1, [expect.objectContaining({ operations: ['GET /'] })]]);
});

// After all others, since it leaves the runtime with or without its model.
test.each(servers)('what it says of the administration of the %s', async (server) => {
  const document = await documentOf(server);
  const verdict = await judge(`${server}-administration`, served[server].http, document, ['--include-path-regex', administration]);
  expectTruth(verdict, operationsOf(document, administers));
});

const probes = '(health|ready|status)$';

test('what they say of their health where there is no model', async () => {
  const { runtime } = served;
  expect((await fetch(`${runtime.http}/v2/repository/models/flowers/unload`, { method: 'POST' })).status).toBe(200);
  expect((await fetch(`${runtime.http}/ready`)).status).toBe(503);
  for (const server of servers) {
    const document = await documentOf(server);
    const filter = ['--include-path-regex', probes, '--exclude-checks', 'not_a_server_error']; // 503 is what is asked for
    const verdict = await judge(`${server}-health`, served[server].http, document, filter);
    expectTruth(
      verdict,
      operationsOf(document, (path) => new RegExp(probes).test(path)),
    );
  }
});
