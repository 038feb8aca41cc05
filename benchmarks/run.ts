// npm run bench            lists the benchmarks
// npm run bench NAME       runs benchmarks/NAME/bench.ts; its last line is one JSON object
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What benchmarks/NAME/bench.ts exports by default: prints its tables, and gives its figures. */
export type Benchmark = (parameters: readonly string[]) => Promise<Readonly<Record<string, unknown>>>;

const [name, ...parameters] = process.argv.slice(2);
const names = globSync('*/bench.ts', { cwd: import.meta.dirname })
  .map(dirname)
  .toSorted();

process.on('disconnect', () => process.exit(1)); // whoever started us is gone; what we started sees that of us
process.channel?.unref();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

if (name === undefined) {
  console.log('npm run bench NAME, where NAME is one of:\n');
  for (const each of names) console.log(`  ${each.padEnd(16)} ${about(each)}`);
} else if (!names.includes(name)) {
  console.error(`there is no benchmark "${name}"; there are: ${names.join(', ')}`);
  process.exitCode = 1;
} else {
  const { default: benchmark } = (await import(`./${name}/bench.ts`)) as { default: Benchmark };
  const figures = await benchmark(parameters);
  console.log(JSON.stringify(figures));
}

/** The first line of its README below the heading. */
function about(benchmark: string): string {
  const readme = join(import.meta.dirname, benchmark, 'README.md');
  const lines = existsSync(readme) ? readFileSync(readme, 'utf8').split('\n') : [];
  return lines.find((line) => line !== '' && !line.startsWith('#')) ?? '';
}
