import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Case } from './cases.ts';
import { root } from './golden.ts';

/** Helm 3 or 4: what HELM names, or that of PATH. */
const program = process.env['HELM'] || 'helm';

export type Ran = { readonly code: number; readonly output: string; readonly errors: string };

export function helm(...words: readonly string[]): Ran {
  const { status, stdout, stderr, error } = spawnSync(program, words, { encoding: 'utf8', maxBuffer: 64 << 20 });
  if (error) throw new Error(`${program} does not run: ${error.message}. Name Helm by the variable HELM`);
  return { code: status ?? 1, output: stdout, errors: stderr };
}

const flags = ({ values }: Case): string[] =>
  Object.entries(values).flatMap(([key, value]) => ['--set-json', `${key}=${JSON.stringify(value)}`]);

/** Renders a chart as a release `r` of the namespace `ns`, on a cluster that has the CRD. */
export function render(which: Case): Ran {
  const ran = helm('template', 'r', join(root, 'charts', which.chart), '--namespace=ns', `--api-versions=${example}`, ...flags(which));
  return { ...ran, output: settle(ran.output) };
}

export const lint = (which: Case): Ran => helm('lint', '--strict', '--namespace=ns', join(root, 'charts', which.chart), ...flags(which));

const example = 'machinelearning.seldon.io/v1/SeldonDeployment';

/** A password is another one each time. */
function settle(text: string): string {
  const [, password] = /^ {2}password: (\w{32})$/m.exec(text) ?? [];
  return password === undefined ? text : text.replaceAll(password, 'a-password-of-32-letters');
}
