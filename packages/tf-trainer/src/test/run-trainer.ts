import { fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Progress, Trained } from '@switchyard/training';

type Told = ({ readonly type: 'progress' } & Progress) | Trained;

/** What a trainer that ran in a process of its own said and did. */
export type Ended = {
  readonly code: number | null;
  readonly by: NodeJS.Signals | null;
  readonly progress: readonly Progress[];
  readonly trained: Trained | undefined;
  /** The most memory that was in use, in MiB, where the system tells (Linux). */
  readonly peakMb: number;
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs the trainer; `onProgress` may end it by a signal. */
export async function runTrainer(
  flags: readonly string[],
  onProgress?: (progress: Progress, end: (by: NodeJS.Signals) => void) => void,
): Promise<Ended> {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = fork(main, flags, { execArgv: ['--conditions=@switchyard/source'], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) child[stream]?.on('data', (text: Buffer) => (said[stream] += text.toString()));
  const progress: Progress[] = [];
  let trained: Trained | undefined;
  let peakMb = 0;
  child.on('message', (told: Told) => {
    peakMb = Math.max(peakMb, residentPeak(child.pid));
    if (told.type === 'trained') trained = told;
    else {
      progress.push(told);
      onProgress?.(told, (by) => void child.kill(by));
    }
  });
  const [code, by] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, by, progress, trained, peakMb, ...said };
}

function residentPeak(pid: number | undefined): number {
  const status = `/proc/${pid}/status`;
  const [, kib = 0] = (existsSync(status) && /VmHWM:\s*(\d+) kB/.exec(readFileSync(status, 'utf8'))) || [];
  return Number(kib) / 1024;
}
