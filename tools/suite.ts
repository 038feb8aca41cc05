// A suite that npm test leaves out, since it needs an engine or a cluster; counted on the last line as the tests of npm test are.
//
//     node tools/suite.ts packages/deployer/vitest.cluster.ts            all of a configuration
//     node tools/suite.ts packages/deployer/vitest.cluster.ts canary     the tests whose file names have this word
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addReport, describeCount, none, type Report } from './check/count.ts';

const root = join(import.meta.dirname, '..');
const [config, ...words] = process.argv.slice(2);
if (config === undefined) {
  console.error('which configuration of vitest? node tools/suite.ts packages/deployer/vitest.cluster.ts');
  process.exit(2);
}
const directory = mkdtempSync(join(tmpdir(), 'switchyard-suite-'));
const file = join(directory, 'report.json');
const reporters = ['--reporter=verbose', '--reporter=json', `--outputFile.json=${file}`];
const vitest = spawn(join(root, 'node_modules/.bin/vitest'), ['run', '--config', config, ...reporters, ...words], {
  cwd: root,
  stdio: 'inherit',
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => vitest.kill(signal)); // it takes its namespaces away first
const [code] = (await once(vitest, 'exit')) as [number | null];
const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Report) : undefined;
rmSync(directory, { recursive: true });
const count = addReport(none, code ?? 1, report);
for (const line of describeCount(count)) console.log(line);
process.exitCode = count.failures.length > 0 ? 1 : 0;
