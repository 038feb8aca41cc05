import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const beatMs = 500;
const staleMs = 10_000;

/**
 * Runs `work` while nobody else on this folder does. The lock is a file that its holder touches twice a second, so a lock
 * whose holder was killed is known by its age, whatever process ids say in a container.
 */
export async function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true });
  const token = `${process.pid}-${Date.now()}-${Math.random()}`;
  let said = false;
  while (!claim(path, token)) {
    if (!said) process.stderr.write('Another set-up of this folder is under way; waiting for it.\n');
    said = true;
    removeStale(path, token);
    await sleep(beatMs / 2);
  }
  const beat = setInterval(() => utimesSync(path, new Date(), new Date()), beatMs);
  const release = () => rmSync(path, { force: true });
  process.once('exit', release);
  try {
    await work();
  } finally {
    clearInterval(beat);
    process.off('exit', release);
    release();
  }
}

function claim(path, token) {
  try {
    writeFileSync(path, token, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function removeStale(path, token) {
  try {
    if (Date.now() - statSync(path).mtimeMs < staleMs) return;
    const seen = readFileSync(path, 'utf8');
    renameSync(path, `${path}.${token}`); // of several that wait, one gets it
    if (readFileSync(`${path}.${token}`, 'utf8') !== seen) renameSync(`${path}.${token}`, path); // somebody was faster, and lives
    else rmSync(`${path}.${token}`);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error; // it was released meanwhile
  }
}
