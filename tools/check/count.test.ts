import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addReport, describeCount, none, type Report } from './count.ts';

// The reports are vitest's own, of small suites that it really runs.
const workspace = join(import.meta.dirname, '../..');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'count-'));
  symlinkSync(join(workspace, 'node_modules'), join(folder, 'node_modules'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function countOf(files: Record<string, string>) {
  const root = mkdtempSync(join(folder, 'suite-'));
  for (const [name, body] of Object.entries(files)) {
    writeFileSync(join(root, name), `import { expect, it } from 'vitest';\n${body}`);
  }
  mkdirSync(join(root, 'out'));
  const vitest = join(workspace, 'node_modules/.bin/vitest');
  const report = join(root, 'out/report.json');
  const { status } = spawnSync(vitest, ['run', '--root', root, '--reporter=json', `--outputFile=${report}`]);
  return addReport(none, status ?? 1, JSON.parse(readFileSync(report, 'utf8')) as Report);
}

it('counts what passed, and names what failed or was skipped', () => {
  const count = countOf({
    'a.test.ts': 'it("one", () => {}); it("two", () => { expect(1).toBe(2); }); it.skip("three", () => {});',
    'b.test.ts': 'it("four", () => {});',
  });
  expect(count.passed).toBe(2);
  expect(count.failures).toEqual([expect.stringMatching(/a\.test\.ts: two$/)]);
  expect(count.skipped).toEqual([expect.stringMatching(/a\.test\.ts: three$/)]);
});

it('counts a file that cannot be loaded as a failure', () => {
  const count = countOf({ 'a.test.ts': 'throw new Error("broken at the top");', 'b.test.ts': 'it("fine", () => {});' });
  expect(count).toMatchObject({ passed: 1, failures: [expect.stringContaining('broken at the top')] });
});

it('counts an error outside of every test as a failure', () => {
  const count = countOf({ 'a.test.ts': 'it("fine", () => { void Promise.reject(new Error("nobody waits for this")); });' });
  expect(count).toMatchObject({ passed: 1, failures: [expect.stringContaining('vitest ended with 1')] });
});

it('counts no test at all, and a vitest that died, as failures', () => {
  expect(countOf({}).failures).toEqual(['tests: none ran']);
  expect(addReport(none, 139, undefined).failures).toEqual(['tests: vitest ended with 139 and no report']);
});

it('says by name what was skipped and failed, and counts last', () => {
  expect(describeCount({ passed: 3, failures: ['a: b'], skipped: ['c: d'] })).toEqual([
    'skipped: c: d',
    'failed: a: b',
    '3 passed, 1 failed, 1 skipped',
  ]);
  expect(describeCount({ ...none, passed: 3 })).toEqual(['3 passed, 0 failed']);
});
