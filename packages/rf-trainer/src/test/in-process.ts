import { readFileSync } from 'node:fs';
import { readSettings } from '@switchyard/config';
import { settings } from '../settings.ts';
import { train, type Outcome } from '../train.ts';

export type Run = { readonly outcome: Outcome; readonly told: readonly string[]; readonly phases: readonly string[] };

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

/** Trains in this process by flags, as main does. */
export async function trainHere(flags: readonly string[], signal: AbortSignal = new AbortController().signal): Promise<Run> {
  const told: string[] = [];
  const phases: string[] = [];
  const outcome = await train(readSettings(settings, { argv: flags, env: {} }), {
    producer: `rf-trainer@${version}`,
    report: ({ phase, done, total }) => void phases.push(`${phase} ${done}/${total}`),
    tell: (words) => void told.push(words),
    signal,
  });
  return { outcome, told, phases };
}
