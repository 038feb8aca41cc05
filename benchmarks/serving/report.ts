import { figureOf, round, table } from '../lib/figures.ts';
import type { Case, Outcome } from './contest.ts';

export function print(title: string, outcomes: readonly Outcome[], rows = 1): void {
  console.log(`\n${title}\n`);
  console.log(
    table(
      [
        'server',
        'model',
        'request',
        'CPU µs',
        'yardsticks, min / median',
        rows === 1 ? 'requests/s' : 'rows/s',
        'p50 / p99 / p99.9 ms',
        'foreign',
      ],
      outcomes.map(({ contestant: { server, model, form }, runs, cpuMicros, yardsticks, perSecond, p50, p99, p999 }) => [
        server,
        model,
        form.kind,
        cpuMicros.median,
        `${yardsticks.min} / ${yardsticks.median}`,
        round(perSecond.median * rows),
        `${p50.median} / ${p99.median} / ${p999.median}`,
        `${Math.round(figureOf(runs.map(({ foreign }) => foreign)).median * 100)} %`,
      ]),
    ),
  );
}

export type Choice = Partial<Pick<Case, 'server' | 'model' | 'form'>>;

/** The outcome of a case; undefined where it was not measured. */
export function find(outcomes: readonly Outcome[], choice: Choice): Outcome | undefined {
  const wanted = Object.entries(choice) as [keyof Choice, unknown][];
  return outcomes.find(({ contestant }) => wanted.every(([key, value]) => contestant[key] === value));
}

/** The median over rounds of what one case did over what the other did in the same round. */
export function ratio(
  one: Outcome | undefined,
  other: Outcome | undefined,
  of: (run: Outcome['runs'][number]) => number,
): number | undefined {
  if (!one || !other) return undefined;
  return figureOf(one.runs.map((run, index) => of(run) / of(other.runs[index]!))).median;
}
