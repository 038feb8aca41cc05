import { parentChannel } from './parent.ts';
import type { Progress, ReportProgress } from './progress.ts';

/** Where progress goes; a test gives its own. */
export type ProgressOutput = {
  /** To the process that started this one. */
  readonly send?: ((message: object) => unknown) | undefined;
  readonly stream: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };
  /** Milliseconds. */
  readonly now: () => number;
};

const standard = (): ProgressOutput => ({ send: parentChannel(), stream: process.stderr, now: () => performance.now() });

/**
 * Tells the progress of a long work in the way that suits whoever watches: messages `{ type: 'progress', component, phase, done, total,
 * detail }` to a parent process, else one live line on a terminal, else plain lines, a second and 10 % apart at least.
 * Beginning and end of each phase are always told.
 */
export function progressReporter(component: string, output: ProgressOutput = standard()): ReportProgress {
  if (output.send) return sendMessages(component, output.send, output.now);
  return output.stream.isTTY ? drawLine(component, output) : writeLines(component, output);
}

function sendMessages(component: string, send: (message: object) => unknown, now: () => number): ReportProgress {
  const due = pace(now, 50, 0);
  return (progress) => {
    if (due(progress)) send({ type: 'progress', component, ...progress });
  };
}

function drawLine(component: string, { stream, now }: ProgressOutput): ReportProgress {
  const due = pace(now, 80, 0);
  return (progress) => {
    if (!due(progress)) return;
    const line = `${component}: ${bar(progress)} ${words(progress)}`.slice(0, (stream.columns ?? 80) - 1);
    stream.write(`\r\u001B[K${line}${progress.done >= progress.total ? '\n' : ''}`);
  };
}

function writeLines(component: string, { stream, now }: ProgressOutput): ReportProgress {
  const due = pace(now, 1000, 0.1);
  return (progress) => {
    if (due(progress)) stream.write(`${component}: ${words(progress)}\n`);
  };
}

/** Whether a step is worth telling: the first and last of a phase, and those far enough from the last one told in time and in part. */
function pace(now: () => number, milliseconds: number, part: number): (progress: Progress) => boolean {
  let last = { phase: '', at: 0, done: 0 };
  return ({ phase, done, total }) => {
    const at = now();
    const edge = phase !== last.phase || done >= total;
    if (!edge && (at - last.at < milliseconds || done - last.done < total * part)) return false;
    last = { phase, at, done };
    return true;
  };
}

function words({ phase, done, total, detail }: Progress): string {
  return `${phase} ${done}/${total}${detail ? `, ${detail}` : ''}`;
}

function bar({ done, total }: Progress): string {
  const full = Math.round(20 * (total === 0 ? 1 : Math.min(1, done / total)));
  return `${'█'.repeat(full)}${'░'.repeat(20 - full)}`;
}
