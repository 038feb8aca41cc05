import { cpuSeconds, residentMb } from '../lib/cpu.ts';
import { message, node, start } from '../lib/process.ts';
import { mainOf } from '../main-job/models.ts';
import { kinds, type Kind } from './kinds.ts';

type Told = { readonly type: string; readonly done?: number; readonly phase?: string; readonly accuracy?: number };

export type Trained = { readonly cpuMs: number; readonly accuracy: number; readonly rssMb: number };

/**
 * Runs tf-trainer as a user does, and looks at the CPU that its process has used whenever it tells how far it is: from the first word after
 * `warm` steps to the last step. So all that the trainer does beside the step is in the figure: input, history, progress.
 */
export async function trainOurs(kind: Kind, steps: number, warm: number, store: string, seed = 0): Promise<Trained> {
  const child = start(
    node(mainOf('tf-trainer'), ['--store', store, '--name', kind, ...kinds[kind].flags, '--steps', String(steps), '--seed', String(seed)]),
  );
  const pid = child.pid as number;
  let began: { done: number; cpu: number } | undefined;
  let cpuMs = NaN;
  let rssMb = NaN;
  child.on('message', ({ type, phase, done = 0 }: Told) => {
    if (type !== 'progress' || phase !== 'training') return;
    if (began === undefined && done >= warm) began = { done, cpu: cpuSeconds(pid) };
    if (began === undefined || done !== steps) return;
    cpuMs = (1000 * (cpuSeconds(pid) - began.cpu)) / (done - began.done);
    rssMb = residentMb(pid);
  });
  const { accuracy = NaN } = await message(child, (each): each is Told => (each as Told).type === 'trained');
  return { cpuMs, accuracy, rssMb };
}
