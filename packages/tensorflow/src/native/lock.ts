import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const beatMs = 500;
const staleMs = 15_000; // a machine may be busy

/**
 * Runs `work` while nobody else on the machine does. The lock is a file that its holder touches twice a second: of a holder that was
 * killed it is known by its age, whatever process ids mean in a container.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  const token = `${process.pid}-${Date.now()}-${Math.random()}`;
  while (!claim(path, token)) {
    removeStale(path, token);
    await sleep(beatMs / 2);
  }
  const beat = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {} // somebody took the cache away: the work will say so
  }, beatMs);
  const release = (): void => rmSync(path, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.off('exit', release);
    release();
  }
}

function claim(path: string, token: string): boolean {
  try {
    writeFileSync(path, token, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function removeStale(path: string, token: string): void {
  try {
    if (Date.now() - statSync(path).mtimeMs < staleMs) return;
    const seen = readFileSync(path, 'utf8');
    renameSync(path, `${path}.${token}`); // of several that wait, one gets it
    if (readFileSync(`${path}.${token}`, 'utf8') !== seen) renameSync(`${path}.${token}`, path); // somebody was faster, and lives
    else rmSync(`${path}.${token}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; // it was released meanwhile
  }
}
