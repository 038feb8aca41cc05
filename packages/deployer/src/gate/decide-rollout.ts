import { UserError } from '@switchyard/config';

/** A version of a model and the figure that it is judged by. */
export type Standing = { readonly version: string; readonly value: number };

/** What is in service: nothing; a version that the manifest pins; or whatever was the latest when it started. */
export type Served = { readonly kind: 'none' } | { readonly kind: 'latest' } | { readonly kind: 'pinned'; readonly version: string };

export type Question = {
  readonly model: string;
  readonly metric: string;
  /** By how much the figure may be lower and still be no worse. */
  readonly tolerance: number;
  readonly served: Served;
  /** Ascending; the last is the candidate. */
  readonly versions: readonly Standing[];
};

export type Decision = {
  readonly verdict: 'promote' | 'keep';
  readonly candidate: string;
  /** Absent where the model is not in service. */
  readonly inService?: string;
  /** The one that should serve: the candidate, or the one in service. */
  readonly version: string;
  /** A sentence with the figures. */
  readonly why: string;
};

/**
 * Whether the newest version may go into service. What serves the latest without naming it may serve any version before the candidate,
 * so the candidate is held against the best of those.
 *
 * @example
 *     decideRollout({ model: 'm', metric: 'accuracy', tolerance: 0, served: { kind: 'pinned', version: '1' },
 *       versions: [{ version: '1', value: 0.91 }, { version: '2', value: 0.89 }] }).verdict   // 'keep'
 * @throws UserError where there is no candidate
 */
export function decideRollout({ model, metric, tolerance, served, versions }: Question): Decision {
  const candidate = versions.at(-1);
  if (candidate === undefined) throw new UserError(`there is no version of model "${model}" to decide about`);
  const is = `${metric} of ${model}:${candidate.version} is ${shown(candidate.value)}`;
  const promote = (why: string, inService?: string): Decision => ({
    verdict: 'promote',
    candidate: candidate.version,
    ...(inService !== undefined && { inService }),
    version: candidate.version,
    why: `${is}; ${why}`,
  });
  if (served.kind === 'none') return promote('nothing of it is in service');

  const reference = referenceOf(served, versions.slice(0, -1));
  if (served.kind === 'pinned' && served.version === candidate.version)
    return {
      verdict: 'keep',
      candidate: candidate.version,
      inService: candidate.version,
      version: candidate.version,
      why: `${is}; it is in service already`,
    };
  if (reference === undefined)
    return served.kind === 'latest'
      ? promote('what is in service follows the latest, and there is none before')
      : promote(`version ${served.version}, which is in service, is not in the store`, served.version);

  const against = `${model}:${reference.version}, ${served.kind === 'pinned' ? 'in service' : 'the best before it'}, has ${shown(reference.value)}`;
  const slack = tolerance > 0 ? ` (${shown(tolerance)} less is allowed)` : '';
  if (candidate.value >= reference.value - tolerance) return promote(`${against}${slack}`, reference.version);
  return {
    verdict: 'keep',
    candidate: candidate.version,
    inService: reference.version,
    version: reference.version,
    why: `${is}; ${against}${slack}`,
  };
}

function referenceOf(served: Served, before: readonly Standing[]): Standing | undefined {
  if (served.kind === 'pinned') return before.find(({ version }) => version === served.version);
  return before.reduce<Standing | undefined>((best, each) => (best === undefined || each.value >= best.value ? each : best), undefined);
}

const shown = (value: number): string => String(Number(value.toFixed(6)));
