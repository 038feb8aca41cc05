import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const patienceMs = 300_000;

/**
 * Sets the native library of TensorFlow up, in a process beside us that ends with us: half a minute on a machine that does nothing else,
 * once for each user, and longer than the example takes to train on WebAssembly. So `npm start` goes on meanwhile, and what starts
 * later has the library. Each later time it is only verified. What it says is in .switchyard/tensorflow.log.
 *
 * @returns {Promise<void>} done when the library is there or cannot be had; never rejects
 */
export function setUpNativeLibrary(root, node) {
  const file = join(root, 'packages', 'tensorflow', 'src', 'native', 'set-up.ts');
  if (process.env.SWITCHYARD_TENSORFLOW_SETUP === 'off' || !existsSync(file)) return Promise.resolve();
  const log = join(root, '.switchyard', 'tensorflow.log');
  mkdirSync(join(root, '.switchyard'), { recursive: true });
  writeFileSync(log, '');
  // so that a proxy of the environment is used by Node as it is by npm and pip
  const env = { ...process.env, NODE_USE_ENV_PROXY: '1' };
  const child = spawn(node, ['--conditions=@switchyard/source', file], { cwd: root, env, stdio: ['ignore', 'pipe', 'ignore', 'ipc'] });
  child.once('spawn', () => lowerPriority(child.pid));
  let said = false;
  createInterface(child.stdout).on('line', (line) => {
    appendFileSync(log, `${line}\n`);
    if (line.startsWith('no native library')) process.stderr.write(`TensorFlow computes by WebAssembly: ${line}\n`);
    else if (!said && !line.startsWith('ready')) {
      process.stderr.write('Setting up the native library of TensorFlow, once; until it is there WebAssembly computes.\n');
      said = true;
    }
  });
  return new Promise((resolve) => {
    child.once('close', resolve);
    child.once('error', resolve);
  });
}

/** Waits for the library, so that all tests of a run see the same; but not for ever. */
export async function waitForNativeLibrary(setUp) {
  const late = new AbortController();
  const inTime = await Promise.race([setUp.then(() => true), sleep(patienceMs, false, { signal: late.signal })]);
  late.abort();
  if (!inTime) process.stderr.write(`The native library of TensorFlow is not there after ${patienceMs / 1000} s: going on without.\n`);
}

function lowerPriority(pid) {
  try {
    setPriority(pid, 10);
  } catch {} // it may have ended
}
