import { createHash, randomBytes } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { errno } from './artifact-error.ts';

/**
 * Names of things that are not finished: `.publish-<owner>`, `.latest-<version>-<owner>`. They start with a dot, as no model and no
 * version does, so readers never see them. The owner is host, process and a random part: enough to tell later whether it is dead.
 */
export function scratchName(purpose: string): string {
  return `.${purpose}-${host}-${process.pid}-${randomBytes(6).toString('hex')}`;
}

const scratchPattern = /^\..+-([0-9a-f]{8})-(\d+)-[0-9a-f]{12}$/;
const day = 24 * 3600 * 1000;

/** Process ids mean something only where they were given: on a host, and in a container's own namespace of them. */
const host = createHash('sha256').update(`${hostname()}\n${processNamespace()}`).digest('hex').slice(0, 8);

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** Removes what dead publishers left in a folder: those of this host whose process is gone, and anyone's that are older than a day. */
export async function sweepScratch(folder: string, now = Date.now()): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!scratchPattern.test(name)) continue;
    const path = join(folder, name);
    if (isDeadHere(name) || (await olderThanADay(path, now))) await rm(path, { recursive: true, force: true });
  }
}

/** Whether the owner in such a name is a process of this host that is gone. */
export function isDeadHere(name: string): boolean {
  const [, owner, pid] = scratchPattern.exec(name) ?? [];
  return owner === host && !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errno(error) !== 'ESRCH';
  }
}

async function olderThanADay(path: string, now: number): Promise<boolean> {
  const { mtimeMs } = await lstat(path).catch(() => ({ mtimeMs: now })); // gone: its owner has finished just now
  return now - mtimeMs > day;
}
