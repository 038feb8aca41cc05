import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { withLock } from './lock.mjs';

/**
 * Installs what package-lock.json names, unless that is in place already.
 * @returns {Promise<string>} the path of the workspace's own Node
 * @throws {Error} with npm's own output where the installation failed
 */
export async function ensureInstalled(root) {
  const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!isInstalled(root, node)) {
    await withLock(join(root, '.switchyard', 'setup.lock'), async () => {
      if (!isInstalled(root, node)) await install(root); // whoever held the lock before may have done it
    });
    if (!existsSync(node)) {
      throw new Error(
        `npm ci left no ${node}: the install script of the package "node" did not run. ` +
          'Does your npm configuration say ignore-scripts? Then run: npm rebuild node --ignore-scripts=false',
      );
    }
  }
  return node;
}

function isInstalled(root, node) {
  const stamp = join(root, 'node_modules', '.switchyard-setup');
  const digest = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (!existsSync(node)) return false;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return true;
  if (!agrees(root)) return false;
  writeFileSync(stamp, digest); // the next start need not compare
  return true;
}

/** Whether npm's own record of what is in node_modules is what package-lock.json wants: somebody may have run npm by hand. */
function agrees(root) {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false; // npm writes it last
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(record, 'utf8')).packages;
  const same = (a, b) => a.version === b.version && a.integrity === b.integrity && a.link === b.link;
  return (
    Object.keys(present).every((path) => path in wanted) &&
    Object.entries(wanted).every(([path, entry]) => path === '' || (path in present ? same(entry, present[path]) : entry.optional))
  );
}

async function install(root) {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(0)} s`;
  const say = (text) => process.stderr.write(text);
  const live = process.stderr.isTTY ? setInterval(() => say(`\rInstalling dependencies (npm ci) … ${seconds()}`), 1000) : undefined;
  say('Installing dependencies (npm ci) …');
  try {
    await npmCi(root);
  } catch (error) {
    say(' failed\n');
    throw error;
  } finally {
    clearInterval(live);
  }
  say(`${live ? '\rInstalling dependencies (npm ci) …' : ''} done in ${seconds()}\n`);
}

/** Its output is kept back, for it is only noise (engine warnings of the machine's older Node) unless something fails. */
function npmCi(root) {
  const flags = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--no-progress'];
  const own = process.env.npm_execpath; // the npm that runs us
  const [command, before] = own && basename(own) === 'npm-cli.js' ? [process.execPath, [own]] : ['npm', []];
  return new Promise((resolve, reject) => {
    const npm = spawn(command, [...before, ...flags], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    npm.stdout.on('data', (chunk) => output.push(chunk));
    npm.stderr.on('data', (chunk) => output.push(chunk));
    const stop = (signal) => {
      npm.kill(signal);
      npm.once('close', () => process.exit(128 + { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }[signal]));
    };
    const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'];
    for (const signal of signals) process.once(signal, stop);
    npm.once('error', (error) => reject(new Error(`npm could not be started: ${error.message}`)));
    npm.once('close', (code, signal) => {
      for (const each of signals) process.off(each, stop);
      if (code === 0) resolve();
      else
        reject(new Error(`${Buffer.concat(output)}\nnpm ci in ${root} failed (${signal ?? `exit code ${code}`}); what it said is above.`));
    });
  });
}
