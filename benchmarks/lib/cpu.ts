import { readFileSync, readdirSync } from 'node:fs';

const ticksPerSecond = 100; // USER_HZ, which Linux fixes for user space

/** The fields of /proc/PID/stat after the command's name, which may hold anything. */
function stat(pid: number | 'self'): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** CPU seconds, of user and system, that a process has used so far, its descendants' included. */
export function cpuSeconds(pid: number): number {
  return descendants(pid).reduce((sum, each) => sum + own(each), 0);
}

/** CPU seconds of all children of this process that have ended and been waited for. */
export function childrenCpuSeconds(): number {
  const fields = stat('self');
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
}

function own(pid: number): number {
  try {
    const fields = stat(pid);
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    return 0; // it has just ended
  }
}

function descendants(root: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [[Number(name), Number(stat(Number(name))[1])] as const];
      } catch {
        return [];
      }
    });
  const found = [root];
  for (const pid of found) found.push(...parents.filter(([, parent]) => parent === pid).map(([child]) => child));
  return found;
}

/** Resident memory of a process in MiB. */
export function residentMb(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? NaN) / 1024;
}

/** Memory that is nobody else's, in MiB: of a process, and then of each that descends from it. */
export function privateMb(pid: number): number[] {
  return descendants(pid).map((each) => {
    const text = readFileSync(`/proc/${each}/smaps_rollup`, 'utf8');
    return [...text.matchAll(/^Private_\w+: +(\d+) kB$/gm)].reduce((sum, [, kilobytes]) => sum + Number(kilobytes) / 1024, 0);
  });
}

/** CPU seconds that the whole machine has spent on anything but idling. */
export function machineCpuSeconds(): number {
  const ticks = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]!.split(/\s+/).slice(1, 9).map(Number);
  const [idle, waiting] = [3, 4]; // of user, nice, system, idle, iowait, irq, softirq, steal
  return ticks.reduce((sum, each, kind) => (kind === idle || kind === waiting ? sum : sum + each), 0) / ticksPerSecond;
}
