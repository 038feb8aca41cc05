import { routerName } from '../render/plan.ts';
import type { ContainerStatus, Happening, Observation, Pod } from './workload.ts';

export type ProblemKind =
  | 'create'
  | 'schedule'
  | 'image'
  | 'configuration'
  | 'crash'
  | 'readiness'
  | 'volume'
  | 'evicted'
  | 'route'
  | 'attachment';

/** Why a rollout does not come on. */
export type RolloutProblem = {
  readonly kind: ProblemKind;
  /** A sentence for the user, with the event's own words in it. */
  readonly message: string;
  /** Whose log tells more: the run that crashed, or the one that is not ready. */
  readonly log?: { readonly pod: string; readonly container: string; readonly previous: boolean };
};

/** How long a problem may last before it is taken for a failure, in seconds. Infinite: until the rollout's own timeout. */
export const patience: Readonly<Record<ProblemKind, number>> = {
  create: 20, // a quota may be raised, a webhook come back
  schedule: 120, // a node may be added meanwhile
  image: 30, // a registry may hiccup
  configuration: 20,
  crash: 40, // a dependency may start later than we
  volume: 90, // a disk may still hang on another node
  evicted: 60,
  route: 10, // a gateway may not have seen yet what the route leads to
  attachment: 30, // a gateway's controller may be starting
  readiness: Infinity, // a model may take its time to load
};

const imageReasons = [
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
  'ImageInspectError',
];
const configurationReasons = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError', 'StartError'];

/** What holds a rollout up, the gravest first; nothing where all is on its way. */
export function diagnose({ deployment, pods, events }: Observation): RolloutProblem[] {
  const found: RolloutProblem[] = [];
  for (const { type, status, message } of deployment.status?.conditions ?? [])
    if (type === 'ReplicaFailure' && status === 'True') found.push({ kind: 'create', message: `no pod can be made: ${message}` });
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined) continue;
    const its = events.filter((event) => event.involvedObject.uid === pod.metadata.uid);
    found.push(...podProblems(pod, its));
  }
  const order = Object.keys(patience);
  return unique(found).toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

function podProblems(pod: Pod, events: readonly Happening[]): RolloutProblem[] {
  const { status = {} } = pod;
  const name = `pod ${pod.metadata.name}`;
  if (status.phase === 'Failed' && status.reason !== undefined)
    return [{ kind: 'evicted', message: `${name} was ended: ${status.reason}: ${status.message ?? ''}` }];
  const scheduled = status.conditions?.find((each) => each.type === 'PodScheduled');
  if (scheduled?.status === 'False')
    return [{ kind: 'schedule', message: `${name} has no place to run: ${scheduled.message ?? scheduled.reason}` }];
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  // the router is not ready while one of its units is not: then it is the unit that is to be told of
  const waitsForUnits = containers.some((each) => each.name !== routerName && !each.ready);
  const problems = containers
    .map((each) => containerProblem(pod, each, events))
    .filter((each) => each !== undefined)
    .filter((each) => !(waitsForUnits && each.kind === 'readiness' && each.log?.container === routerName));
  const mount = lastOf(events, 'FailedMount', 'FailedAttachVolume');
  if (mount !== undefined && problems.length === 0 && containers.every((each) => each.state?.running === undefined))
    return [{ kind: 'volume', message: `${name} gets no volume: ${mount.message}` }];
  return problems;
}

function containerProblem(pod: Pod, container: ContainerStatus, events: readonly Happening[]): RolloutProblem | undefined {
  const { name, state = {}, lastState = {}, restartCount, ready } = container;
  const image = pod.spec?.containers.find((each) => each.name === name)?.image ?? container.image;
  const called = `container ${name} of pod ${pod.metadata.name}`;
  const { reason = '', message = '' } = state.waiting ?? {};
  if (imageReasons.includes(reason)) {
    const pull = events.findLast((event) => event.reason === 'Failed' && event.message?.includes(`"${image}"`)); // it says more than "back-off"
    return { kind: 'image', message: `${called} has no image: ${pull?.message ?? `${image}: ${reason}: ${message}`}` };
  }
  if (configurationReasons.includes(reason)) return { kind: 'configuration', message: `${called} cannot be made: ${reason}: ${message}` };

  const probes = events.filter((event) => isProbeOf(event, name));
  const probe = probes.at(-1)?.message;
  const ended = state.terminated ?? lastState.terminated;
  if (!ready && ended !== undefined && (restartCount > 0 || ended.exitCode !== 0)) {
    const log = { pod: pod.metadata.name, container: name, previous: state.terminated === undefined };
    return { kind: 'crash', message: `${called} ${endWords(ended)}${timesWords(restartCount)}${probe ? `; ${probe}` : ''}`, log };
  }
  if (!ready && state.running !== undefined && probe !== undefined)
    return {
      kind: 'readiness',
      message: `${called} runs but is not ready: ${probe}`,
      log: { pod: pod.metadata.name, container: name, previous: false },
    };
  return undefined;
}

/** Every process needs some time before it listens: a startup probe that fails for less tells nothing. */
const usualStartMs = 10_000;

function isProbeOf({ reason, message = '', firstTimestamp, lastTimestamp, involvedObject }: Happening, container: string): boolean {
  if (reason !== 'Unhealthy' || involvedObject.fieldPath?.includes(`{${container}}`) !== true) return false;
  return !message.startsWith('Startup probe') || Date.parse(lastTimestamp ?? '') - Date.parse(firstTimestamp ?? '') >= usualStartMs;
}

function endWords({ exitCode, reason, message, signal }: NonNullable<ContainerStatus['state']>['terminated'] & object): string {
  if (reason === 'OOMKilled') return 'was killed: it used more memory than its limit (OOMKilled)';
  if (signal) return `was ended by signal ${signal}`;
  const words = message ? `: ${message.trim()}` : reason && reason !== 'Error' && reason !== 'Completed' ? ` (${reason})` : '';
  return `ended with exit code ${exitCode}${words}`;
}

const timesWords = (restarts: number): string =>
  restarts === 0 ? '' : restarts === 1 ? ' and was started again' : ` and was started again ${restarts} times`;

const lastOf = (events: readonly Happening[], ...reasons: string[]): Happening | undefined =>
  events.findLast((event) => reasons.includes(event.reason ?? ''));

/** Replicas fail alike: each problem is said once, of the first pod that has it. */
function unique(problems: readonly RolloutProblem[]): RolloutProblem[] {
  const withoutPod = ({ kind, message }: RolloutProblem): string => `${kind} ${message.replaceAll(/pod \S+/g, 'pod')}`;
  return [...new Map(problems.toReversed().map((each) => [withoutPod(each), each])).values()].toReversed();
}
