import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { specHash } from '../render/spec-hash.ts';
import {
  type Cluster,
  describeRollout,
  diagnose,
  isOutage,
  type Observation,
  observe,
  patience,
  type Rollout,
  rolloutOf,
  type RolloutProblem,
} from '../cluster/index.ts';
import { RolloutError, SupersededError } from './rollout-error.ts';

const pollMs = 1000;
const logLines = 8;
const logWidth = 300;

export type Progress = { readonly rollouts: readonly Rollout[]; readonly problems: readonly RolloutProblem[] };

export type WaitOptions = {
  readonly namespace: string;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
};

/**
 * Waits until the newest version of each Deployment has all its replicas, ready and behind its Service, and no older pod is left.
 * @throws RolloutError once a problem has lasted longer than it may ({@link patience}), or the time is over
 * @throws SupersededError
 */
export async function waitUntilServing(cluster: Cluster, deployments: readonly KubernetesObject[], options: WaitOptions): Promise<void> {
  const { namespace, timeoutSeconds, signal, onProgress } = options;
  const began = performance.now();
  let seen: Seen = new Map();
  for (;;) {
    signal.throwIfAborted();
    const there = await Promise.all(deployments.map((each) => observeOwn(cluster, each, namespace))).catch((error: unknown) => {
      if (!isOutage(error) || performance.now() - began > timeoutSeconds * 1000) throw error;
    });
    if (there === undefined) continue; // the API server is away for a while; it has been waited for
    const rollouts = there.map(rolloutOf);
    const problems = there.flatMap((each, at) => (rollouts[at]!.done ? [] : diagnose(each)));
    onProgress({ rollouts, problems });
    if (rollouts.every((each) => each.done)) return;

    const now = performance.now();
    seen = noteProblems(seen, problems, now);
    const lasting = overdue(seen, problems, now);
    if (lasting.length > 0) throw new RolloutError(await explain(cluster, namespace, lasting), lasting);
    if (now - began > timeoutSeconds * 1000) throw new RolloutError(await explainTimeout(cluster, options, rollouts, problems), problems);
    await sleep(pollMs, undefined, { signal }).catch(() => {});
  }
}

/** Looks at a Deployment, which must still be as it was applied. */
async function observeOwn(
  cluster: Cluster,
  { metadata: { name, annotations } }: KubernetesObject,
  namespace: string,
): Promise<Observation> {
  const observation = await observe(cluster, name, name, namespace);
  if (observation === undefined) throw new SupersededError(`Deployment ${namespace}/${name} was deleted by someone else meanwhile`);
  if (observation.deployment.metadata.annotations?.[specHash] !== annotations?.[specHash])
    throw new SupersededError(`Deployment ${namespace}/${name} was applied anew by someone else meanwhile; that version counts now`);
  return observation;
}

/** Since when each kind of problem has been there without a break. */
export type Seen = ReadonlyMap<RolloutProblem['kind'], number>;

export function noteProblems(before: Seen, problems: readonly RolloutProblem[], now: number): Seen {
  return new Map(problems.map(({ kind }) => [kind, before.get(kind) ?? now]));
}

/** The problems that have lasted longer than their kind may. */
export function overdue(seen: Seen, problems: readonly RolloutProblem[], now: number): RolloutProblem[] {
  return problems.filter(({ kind }) => now - (seen.get(kind) ?? now) >= patience[kind] * 1000);
}

/** The problems one below the other, each with the last lines of the log that tells of it. */
async function explain(cluster: Cluster, namespace: string, problems: readonly RolloutProblem[]): Promise<string> {
  const texts = await Promise.all(problems.map(async (each) => `${each.message}${await logOf(cluster, namespace, each)}`));
  return texts.join('\n');
}

async function logOf(cluster: Cluster, namespace: string, { log }: RolloutProblem): Promise<string> {
  if (log === undefined) return '';
  const text = await cluster.logs({ namespace, ...log, lines: logLines }).catch(() => ''); // the container may be gone: what is known suffices
  const lines = text.trimEnd().split('\n').filter(Boolean);
  return lines.length === 0
    ? ''
    : `\n  the last of its log:\n${lines.map((line) => `  | ${line.length > logWidth ? `${line.slice(0, logWidth)}…` : line}`).join('\n')}`;
}

async function explainTimeout(
  cluster: Cluster,
  { namespace, timeoutSeconds }: WaitOptions,
  rollouts: readonly Rollout[],
  problems: readonly RolloutProblem[],
): Promise<string> {
  const late = rollouts.filter((each) => !each.done).map(describeRollout);
  const why = problems.length > 0 ? `\n${await explain(cluster, namespace, problems)}` : '';
  return `not serving after ${timeoutSeconds} s: ${late.join('; ')}${why}`;
}
