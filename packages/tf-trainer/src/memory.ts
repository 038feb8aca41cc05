import { totalmem } from 'node:os';
import type { TrainerValues } from './settings.ts';

const mib = 2 ** 20;
/** The share of the process's memory that rows may take by default; splitting copies them once, and the training wants its own. */
const share = 1 / 4;
const shuffle = 64;

/** How much memory the rows may take, and how much of it rows on the disk are shuffled in. */
export function dataMemory({ memoryMb: given, shuffleMb: wanted }: Pick<TrainerValues, 'memoryMb' | 'shuffleMb'>, usable = usableMemory()) {
  const memoryMb = given ?? Math.floor((usable * share) / mib);
  const shuffleMb = wanted ?? Math.max(1, Math.min(shuffle, memoryMb));
  return { memoryMb, memoryBytes: memoryMb * mib, shuffleMb, shuffleBytes: shuffleMb * mib };
}

/** What the process may use, in bytes: the machine's memory, or less where a container's limit (cgroup) says so. */
function usableMemory(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Infinity);
}
