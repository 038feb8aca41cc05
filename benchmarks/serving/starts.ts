import { setTimeout as sleep } from 'node:timers/promises';
import { residentMb } from '../lib/cpu.ts';
import { figureOf, table } from '../lib/figures.ts';
import { stop } from '../lib/process.ts';
import type { Server } from '../main-job/servers.ts';

/** From the start of a process until it says that it is ready, and its resident memory two seconds later. */
export async function starts(begin: () => Promise<Server>, rounds: number) {
  const [ready, idle] = [[] as number[], [] as number[]];
  for (let round = 0; round < rounds; round++) {
    const server = await begin();
    ready.push(server.startSeconds * 1000);
    await sleep(2000);
    idle.push(residentMb(server.process.pid!));
    await stop(server.process);
  }
  const [readyMs, idleMb] = [figureOf(ready), figureOf(idle)];
  console.log('\nThe forest alone, min / median\n');
  console.log(table(['ready, ms', 'idle, MiB'], [[readyMs, idleMb].map(({ min, median }) => `${min} / ${median}`)]));
  return { readyMs: readyMs.median, idleMb: idleMb.median };
}
