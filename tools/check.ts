// npm test: everything that must hold of the tree, shown as it runs, and counted on the last line.
//
//     npm test                       all of it
//     npm test -- packages/forest    the checks of one folder
//     npm test -- routing            the tests whose file names have this word
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { addReport, describeCount, none, type Count } from './check/count.ts';
import { withReport } from './check/report.ts';

const root = join(import.meta.dirname, '..');
const folders = process.argv.slice(2).filter((word) => existsSync(join(root, word, 'package.json')) || word === 'tools');
const words = process.argv.slice(2).filter((word) => !folders.includes(word));
let running: ChildProcess | undefined;

process.on('SIGTERM', stop);
process.on('disconnect', stop); // whoever started us is gone
process.channel?.unref();

let count: Count = none;
for (const [title, ...command] of [
  ['type check', 'tsc'],
  ['lint', 'oxlint', ...folders],
  ['format', 'oxfmt', '--check', ...(folders.length > 0 ? folders : ['.'])],
] as const) {
  const passed = (await run(title, command)) === 0;
  count = { ...count, passed: count.passed + (passed ? 1 : 0), failures: passed ? count.failures : [...count.failures, title] };
}
const projects = folders.flatMap((folder) => ['--project', projectOf(folder)]);
const tests = (flags: readonly string[]): Promise<number> =>
  run('tests', ['vitest', 'run', '--reporter=default', ...flags, ...projects, ...words]);
count = addReport(count, ...(await withReport(tests)));

for (const line of describeCount(count)) console.log(line);
process.exitCode = count.failures.length > 0 ? 1 : 0;

function projectOf(folder: string): string {
  if (resolve(root, folder).startsWith(join(root, 'tools'))) return '@switchyard/nx';
  return (JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as { name: string }).name;
}

function run(title: string, [command, ...parameters]: readonly string[]): Promise<number> {
  console.log(`\n── ${title}: ${[command, ...parameters].join(' ')}`);
  const started = performance.now();
  return new Promise((done) => {
    running = spawn(join(root, 'node_modules/.bin', command!), parameters, { cwd: root, stdio: 'inherit', env: environment(command!) });
    running.once('error', (error) => {
      console.log(error.message);
      done(1);
    });
    running.once('exit', (code) => {
      console.log(`── ${title}: ${code === 0 ? 'passed' : 'FAILED'} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
      done(code ?? 1);
    });
  });
}

/** A log is plain. Lint and format take a CI for a terminal; vitest must know of it, lest it writes snapshots. */
function environment(command: string): NodeJS.ProcessEnv {
  if (process.stdout.isTTY) return process.env;
  return { ...process.env, NO_COLOR: '1', ...(command !== 'vitest' && { CI: undefined }) };
}

function stop(): void {
  running?.kill('SIGTERM');
  process.exit(1);
}
