import { isDeepStrictEqual } from 'node:util';
import { DeploymentError, parseDeployments } from '@switchyard/deployment';
import { ClusterError } from '../cluster/cluster-error.ts';
import { diagnose, patience, type RolloutProblem } from '../cluster/diagnose.ts';
import type { Cluster, LiveObject } from '../cluster/index.ts';
import { isRoute } from '../cluster/managed.ts';
import { observe } from '../cluster/observe.ts';
import { wanting, whoseElse } from '../cluster/ownership.ts';
import { describeObject, type KubernetesObject } from '../kubernetes-object.ts';
import type { RenderOptions } from '../render/options.ts';
import { render } from '../render/render.ts';
import { applyOver } from './apply-over.ts';
import {
  type DeploymentState,
  noteProblems,
  type Progress,
  readProgress,
  type Seen,
  type StatusView,
  statusView,
} from './deployment-view.ts';
import { fingerprint } from './fingerprint.ts';
import { emptyMemory, type Memory, partOf, plan } from './plan.ts';
import { readRouting } from './routing.ts';
import type { Outcome } from './work-queue.ts';
import { writtenVersion } from './written-version.ts';

/** What a controller keeps of one SeldonDeployment between two looks. */
export type Record = {
  readonly memory: Memory;
  problems: Seen;
  lateSince: number | undefined;
  /** Since when a route has waited for its gateway. */
  silentSince: number | undefined;
};

export const newRecord = (): Record => ({ memory: emptyMemory(), problems: new Map(), lateSince: undefined, silentSince: undefined });

export type Context = {
  readonly cluster: Cluster;
  readonly options: RenderOptions;
  /** The parts of a deployment as the watches told them last. */
  readonly partsOf: (namespace: string, name: string) => readonly LiveObject[];
  /** Takes the answer to a write, ahead of the watch. */
  readonly put: (object: LiveObject) => void;
  /** Writes an Event about the SeldonDeployment, when there is time: nothing waits for it. */
  readonly tell: (about: LiveObject, type: 'Normal' | 'Warning', reason: string, message: string) => void;
  /** Aborted when this process leads no more: nothing is written from then on. */
  readonly signal: AbortSignal;
  readonly now: () => number;
};

/** For so long a rollout may take before it is asked what holds it up, and how often it is asked then, in ms. */
const patienceMs = 10_000;
const lookMs = 15_000;

/**
 * Makes the cluster what a SeldonDeployment says, as far as that is possible now, and writes down how it does. What the watches have told
 * is enough to see whether there is anything to do: of a deployment that is as it should be the API server is asked nothing.
 *
 * There is no finalizer: all parts lie in the deployment's own namespace and name it as their owner, so the API server's garbage collector
 * takes them along, also when no controller runs.
 *
 * @throws ClusterError where a part could not be applied; what is wrong is in the status then, and it is tried again
 */
export async function reconcile(seldon: LiveObject, record: Record, context: Context): Promise<Outcome> {
  if (seldon.metadata.deletionTimestamp !== undefined) return undefined;
  const desired = renderOwned(seldon, context.options);
  if (desired instanceof Error) return refuse(seldon, desired, context);

  const { namespace = '', name } = seldon.metadata;
  const parts = context.partsOf(namespace, name);
  const owned = parts.filter((each) => isOwnedBy(each, seldon.metadata.uid));
  const wanted = new Set(desired.map(partOf));
  const live = [...owned, ...parts.filter((each) => !owned.includes(each) && wanted.has(partOf(each)))];
  const { apply, held, remove, againMs } = plan({ desired, live, memory: record.memory }, context.now());

  const failures: Error[] = [];
  for (const stage of [apply.filter((each) => !isRoute(each)), apply.filter(isRoute)])
    await attempt(stage.map((object) => () => applyPart(object, seldon, record, context)));
  if (failures.length === 0) for (const object of remove) await attempt([() => removePart(object, record, context)]);

  const progress = readProgress(desired, (part) =>
    context.partsOf(namespace, name).find((each) => each.kind === 'Deployment' && each.metadata.name === part),
  );
  const routing = readRouting(context.partsOf(namespace, name), record.silentSince, context.now());
  record.silentSince = routing.silentSince;
  const state = await stateOf(progress, failures, held, record, namespace, context);
  const description = [state.description, ...routing.problems].filter((each) => each !== '').join('\n');
  await writeStatus(seldon, { ...state, description, predictorStatus: progress.predictors }, context);
  if (failures.length > 0) throw failures[0]!;
  const next = [againMs, routing.againMs, progress.done ? undefined : lookMs].filter((each) => each !== undefined);
  return next.length > 0 ? { againMs: Math.min(...next) } : undefined;

  /** All at once; an error that was not foreseen ends the look, but not before all have ended. */
  async function attempt(works: readonly (() => Promise<void>)[]): Promise<void> {
    context.signal.throwIfAborted();
    const ended = await Promise.allSettled(works.map((work) => work()));
    const errors = ended.flatMap((each) => (each.status === 'rejected' ? [each.reason as Error] : []));
    const unforeseen = errors.find((each) => !(each instanceof ClusterError));
    if (unforeseen !== undefined) throw unforeseen;
    failures.push(...errors);
  }
}

const isOwnedBy = ({ metadata }: LiveObject, uid: string): boolean => metadata.ownerReferences?.some((each) => each.uid === uid) ?? false;

/** What a SeldonDeployment becomes; the error where it cannot be used. */
export function renderOwned(seldon: LiveObject, options: RenderOptions): KubernetesObject[] | DeploymentError {
  const { apiVersion, kind, metadata } = seldon;
  const owner = { apiVersion, kind, name: metadata.name, uid: metadata.uid };
  const { status: _, ...written } = seldon;
  const text = JSON.stringify({ ...written, apiVersion: writtenVersion(seldon) });
  try {
    return render(parseDeployments(text, describeObject(seldon))[0]!, { ...options, owner });
  } catch (error) {
    if (error instanceof DeploymentError) return error;
    throw error;
  }
}

/** A manifest that cannot be used: said once, and not tried again before somebody changes it. What was there before goes on serving. */
async function refuse(seldon: LiveObject, error: DeploymentError, context: Context): Promise<undefined> {
  const { predictorStatus = [] } = (seldon['status'] ?? {}) as Partial<StatusView>;
  await writeStatus(seldon, { state: 'Failed', description: error.message, predictorStatus }, context);
  return undefined;
}

async function applyPart(object: KubernetesObject, seldon: LiveObject, { memory }: Record, context: Context): Promise<void> {
  const { cluster, partsOf, put } = context;
  const { namespace = '', name } = seldon.metadata;
  const known = partsOf(namespace, name).find((each) => partOf(each) === partOf(object));
  const there = known ?? (await cluster.get(object));
  if (there !== undefined) refuseForeign(there, seldon);
  const applied = await applyOver(cluster, object, there);
  put(applied);
  memory.applied.set(partOf(object), fingerprint(applied));
}

/** Nobody's objects are taken over: neither those of another owner nor those that no deployer made. */
function refuseForeign(there: LiveObject, seldon: LiveObject): void {
  const owner = there.metadata.ownerReferences?.find((each) => each.controller === true);
  if (owner?.uid === seldon.metadata.uid) return;
  const called = describeObject(there);
  if (owner !== undefined) {
    const former = owner.kind === seldon.kind && owner.name === seldon.metadata.name;
    const whose = former
      ? 'is of an earlier SeldonDeployment of this name, and is being deleted'
      : `belongs to ${owner.kind} ${owner.name}, ${wanting(`${seldon.kind} ${seldon.metadata.name}`)}`;
    throw new ClusterError('conflict', `${called} ${whose}`);
  }
  const whose = whoseElse(there, seldon.metadata.name);
  if (whose !== undefined) throw new ClusterError('conflict', whose);
}

async function removePart(object: LiveObject, { memory }: Record, { cluster }: Context): Promise<void> {
  await cluster.delete(object);
  memory.applied.delete(partOf(object));
}

type Judgement = { readonly state: DeploymentState; readonly description: string };

/** How it does, in words. What holds it up is asked only of one that takes long. */
async function stateOf(
  progress: Progress,
  failures: readonly Error[],
  held: readonly KubernetesObject[],
  record: Record,
  namespace: string,
  context: Context,
): Promise<Judgement> {
  const now = context.now();
  record.lateSince = progress.done ? undefined : (record.lateSince ?? now);
  if (progress.done) record.problems = new Map();
  if (failures.length > 0) return { state: 'Failed', description: [...new Set(failures.map((each) => each.message))].join('\n') };
  if (progress.done) return { state: 'Available', description: '' };
  const problems = now - record.lateSince! < patienceMs ? [] : await problemsOf(progress, namespace, context);
  record.problems = noteProblems(record.problems, problems, now);
  const failed = problems.some(({ kind }) => now - record.problems.get(kind)! >= patience[kind] * 1000);
  const waiting = held.length > 0 ? [`${held.map(describeObject).join(', ')} stays as it is until that serves`] : [];
  return {
    state: failed ? 'Failed' : 'Creating',
    description: [progress.waits, ...problems.map((each) => each.message), ...waiting].join('\n'),
  };
}

async function problemsOf({ late }: Progress, namespace: string, { cluster }: Context): Promise<RolloutProblem[]> {
  const seen = await Promise.all(late.map((name) => observe(cluster, name, name, namespace)));
  return seen.flatMap((each) => (each === undefined ? [] : diagnose(each)));
}

async function writeStatus(
  seldon: LiveObject,
  view: Omit<StatusView, 'conditions' | 'observedGeneration'>,
  context: Context,
): Promise<void> {
  const before = seldon['status'] as Partial<StatusView> | undefined;
  const status = statusView({ ...view, observedGeneration: seldon.metadata.generation ?? 0 }, before, new Date());
  if (Object.entries(status).every(([key, value]) => isDeepStrictEqual(value, before?.[key as keyof StatusView]))) return;
  context.signal.throwIfAborted();
  context.put(await context.cluster.patchStatus(seldon, status));
  const { state, description } = status;
  if (before?.state === state && (state === 'Creating' || before.description === description)) return;
  if (before?.state !== state && state !== 'Failed') context.tell(seldon, 'Normal', state, messageOf(status));
  if (state === 'Failed') context.tell(seldon, 'Warning', state, description);
  else if (state === 'Available' && description !== '') context.tell(seldon, 'Warning', 'NotRouted', description);
}

const messageOf = ({ state, description, predictorStatus }: StatusView): string =>
  state === 'Available'
    ? `serves: ${predictorStatus.map((each) => `${each.name} ${each.replicasAvailable}/${each.replicas}`).join(', ')}`
    : description;
