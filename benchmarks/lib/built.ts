import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Builds components, and what they are made of, where that has changed since they were built last. @throws Error with the compiler's words */
export function build(components: readonly string[]): void {
  process.stderr.write(`building ${components.join(', ')}\n`);
  const projects = components.map((component) => `@switchyard/${component}`).join(',');
  const nx = join(root, 'node_modules/.bin/nx');
  execFileSync(process.execPath, [nx, 'run-many', '-t', 'build', '-p', projects, '--output-style=static'], {
    cwd: root,
    env: { ...process.env, NX_DAEMON: 'false' }, // nothing of it is to run beside what is measured
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** The program that users run: of plain JavaScript, on packages that are built as well. */
export const builtMain = (component: string): string => join(root, `packages/${component}/dist/main.js`);
