import { spawn } from 'node:child_process';
import { UserError } from '@switchyard/config';
import type { Progress, Trained } from '@switchyard/training';
import { componentEntry, type Trainer } from './components.ts';
import type { Step } from './show/terminal.ts';

/** What a trainer tells over its channel. */
type Told = ({ readonly type: 'progress' } & Progress) | Trained;

/**
 * Runs a trainer in a process of its own and shows how far it is.
 * @throws UserError with the trainer's own words when it fails.
 */
export async function trainModel(trainer: Trainer, flags: readonly string[], step: Step, signal: AbortSignal): Promise<Trained> {
  const child = spawn(process.execPath, [...process.execArgv, componentEntry(trainer), ...flags], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const end = (): boolean => child.kill('SIGTERM');
  signal.addEventListener('abort', end, { once: true });
  let words = '';
  let trained: Trained | undefined;
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-20_000)));
  child.on('message', (told: Told) => {
    if (told?.type === 'trained') trained = told;
    else if (told?.type === 'progress')
      step.update(
        told.total ? told.done / told.total : 0,
        [`${told.phase} ${told.done}/${told.total}`, told.detail].filter(Boolean).join(', '),
      );
  });
  const ended = Promise.withResolvers<string>();
  child.on('error', (error) => ended.reject(new UserError(`${trainer}: ${error.message}`, { cause: error })));
  child.on('close', (code, by) => ended.resolve(by ?? String(code)));
  const how = await ended.promise.finally(() => signal.removeEventListener('abort', end));
  signal.throwIfAborted();
  if (how !== '0' || !trained) throw new UserError(`${trainer} failed (${how}): ${words.trim() || 'it said nothing'}`);
  return trained;
}
