import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until, workspace } from '../system.ts';
import { run } from './program.ts';

/** A git server of the commit that is checked out, on this machine: git's own daemon. */
export type GitServer = { readonly url: string; stop(): Promise<void> };

/** Git's usual port: policies of the cluster's network know it. */
const port = 9418;

/** @param address of this machine, as pods reach it. */
export async function startGitServer(address: string): Promise<GitServer> {
  const folder = mkdtempSync(join(tmpdir(), 'switchyard-git-'));
  const repository = join(folder, 'switchyard.git');
  await run('git', ['clone', '--quiet', '--bare', '--no-hardlinks', workspace, repository]);
  await run('git', ['-C', repository, 'update-ref', 'refs/heads/main', (await run('git', ['rev-parse', 'HEAD'])).trim()]);
  const options = ['--export-all', '--reuseaddr', `--listen=${address}`, `--port=${port}`, `--base-path=${folder}`];
  // Without the wrapper 'git', so that the process that is ended is the one that listens.
  const daemon = spawn(join((await run('git', ['--exec-path'])).trim(), 'git-daemon'), [...options, folder], { stdio: 'ignore' });
  const url = `git://${address}/switchyard.git`;
  await until(async () => {
    if (daemon.exitCode !== null) throw new Error(`git daemon ended with ${daemon.exitCode}: is port ${port} of ${address} taken?`);
    return run('git', ['ls-remote', url]).then(
      () => true,
      () => false,
    );
  });
  return {
    url,
    async stop() {
      if (daemon.exitCode === null) {
        daemon.kill('SIGTERM');
        await once(daemon, 'exit');
      }
      rmSync(folder, { recursive: true });
    },
  };
}
