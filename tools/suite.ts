// A suite that npm test leaves out, since it needs an engine or a cluster; counted on the last line as the tests of npm test are.
//
//     node tools/suite.ts packages/deployer/vitest.cluster.ts            all of a configuration
//     node tools/suite.ts packages/deployer/vitest.cluster.ts canary     the tests whose file names have this word
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { addReport, describeCount, none } from './check/count.ts';
import { withReport } from './check/report.ts';

const root = join(import.meta.dirname, '..');
const [config, ...words] = process.argv.slice(2);
if (config === undefined) {
  console.error('which configuration of vitest? node tools/suite.ts packages/deployer/vitest.cluster.ts');
  process.exit(2);
}
const report = await withReport(async (flags) => {
  const vitest = spawn(join(root, 'node_modules/.bin/vitest'), ['run', '--config', config, '--reporter=verbose', ...flags, ...words], {
    cwd: root,
    stdio: 'inherit',
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => vitest.kill(signal)); // it takes its namespaces away first
  const [code] = (await once(vitest, 'exit')) as [number | null];
  return code ?? 1;
});
const count = addReport(none, ...report);
for (const line of describeCount(count)) console.log(line);
process.exitCode = count.failures.length > 0 ? 1 : 0;
