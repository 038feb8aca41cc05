import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Trained } from '@switchyard/training';

/** What a trainer that ran in a process of its own said and did. */
export type Outcome = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly phases: readonly string[];
  readonly trained: Trained | undefined;
};

/** Runs the trainer; `onProgress` is told of each message of progress, and may end it. */
export function runTrainer(flags: readonly string[], onProgress?: (end: (signal: NodeJS.Signals) => void) => void): Promise<Outcome> {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = fork(main, flags, { execArgv: ['--conditions=@switchyard/source'], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) child[stream]!.on('data', (text: Buffer) => (said[stream] += text.toString()));
  const phases: string[] = [];
  let trained: Trained | undefined;
  child.on('message', (message: Trained | { type: 'progress'; phase: string; done: number; total: number }) => {
    if (message.type === 'trained') trained = message;
    else {
      phases.push(`${message.phase} ${message.done}/${message.total}`);
      onProgress?.((signal) => child.kill(signal));
    }
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...said, phases, trained }));
  });
}
