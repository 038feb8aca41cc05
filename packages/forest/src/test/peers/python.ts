import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pythonWith } from '@switchyard/conformance';

const examples = join(import.meta.dirname, '../../../../../examples/forest');

/** Runs a script of this folder by a Python with the packages of requirements.txt: that of SWITCHYARD_PEERS_PYTHON, else one of its own. */
export function runPython(script: string, ...args: string[]): void {
  const python =
    process.env['SWITCHYARD_PEERS_PYTHON'] ?? join(pythonWith(join(import.meta.dirname, 'requirements.txt'), 'forest-peers'), 'python');
  const env = { ...process.env, PYTHONPATH: examples, PYTHONWARNINGS: 'ignore' };
  execFileSync(python, [join(import.meta.dirname, script), ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}
