import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Lets the heap grow to four times of what is alive in it before V8 marks that anew, as V8 itself does while little of the time goes into that. Once
 * a process had nothing to do for some seconds it lets the heap grow by a third and no more, for good, and counts against that the buffers that came
 * since, such as bodies of requests: a server whose heap is 13 MB then has it marked after 8 MB of them, several times a second, which doubles
 * what a small request takes.
 */
export function letHeapGrow(): void {
  setFlagsFromString('--heap-growing-percent=300');
}

/**
 * Collects what a start has left, and gives the room back that it had: modules' texts that are compiled, settings that are read, the forms that
 * a model had on its way into memory. V8 collects as more is allocated, and a server that nobody asks allocates next to nothing, so that it
 * would hold all of it. Of V8's kinds of collection only the one for when memory has run out makes the space of new objects small again, which
 * a start lets grow to 16 MB. It takes some tens of milliseconds, once.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc'); // for contexts that are made from now on: ours has no `gc`
  const gc = runInNewContext('gc') as (how: object) => void;
  setFlagsFromString('--no-expose-gc');
  gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
