type Fields = Readonly<Record<string, unknown>>;
type PodSpec = { readonly podSpec: Fields };

/**
 * How a pod ends without a lost request, in seconds since its deletion, for the usual grace of 40:
 *
 * | from | to | what |
 * | ---: | ---: | --- |
 * | 0 | 5 | `withdrawal`: the router answers as ever, while its endpoint is withdrawn and gateways and kube-proxies follow |
 * | 5 | 7 | `parting`: SIGTERM. Each of its answers tells a client that keeps its connection to leave; then it listens no more |
 * | 7 | 22 | `drain`: requests under way end. The router is gone as soon as there are none |
 * | 0 | 22 | its units answer all the while: the last request may still have a unit to call |
 * | 22 | 39 | SIGTERM for the units: their own parting and drain, over at once where the router has left |
 * | 40 | | the kubelet kills what is left; one second to spare |
 *
 * So the grace is 5 + 2 + drain + 2 + 15 + 1. A manifest with a longer one has requests that take long: the router's drain gets what is over, but
 * no more than the 60 s that a request may take.
 */
const withdrawal = 5;
const parting = 2;
const unitDrain = 15;
const spare = 1;
const leastDrain = 15;
const mostDrain = 60;
const leastGrace = withdrawal + parting + leastDrain + parting + unitDrain + spare;

/** How long a pod has to end, in seconds: what the manifest says, but no less than a stop without a lost request needs. */
export function grace({ podSpec: { terminationGracePeriodSeconds: written } }: PodSpec): number {
  return Math.max(typeof written === 'number' ? written : leastGrace, leastGrace);
}

/** The longest that the router waits for requests under way, in seconds. */
export const routerDrain = (plan: PodSpec): number => Math.min(mostDrain, leastDrain + grace(plan) - leastGrace);

/** Waits before SIGTERM by the kubelet itself: no shell in the image. What the manifest has comes first. */
export function lifecycle(part: 'router' | 'unit', plan: PodSpec, written?: unknown): Fields {
  const seconds = part === 'router' ? withdrawal : withdrawal + parting + routerDrain(plan);
  return { preStop: { sleep: { seconds } }, ...(written as Fields | undefined) };
}
