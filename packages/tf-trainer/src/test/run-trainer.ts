import { fork } from 'node:child_process';
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
  child.on('message', (told: Told) => {
    if (told.type === 'trained') trained = told;
    else {
      progress.push(told);
      onProgress?.(told, (by) => void child.kill(by));
    }
  });
  const [code, by] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, by, progress, trained, ...said };
}
