import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ClusterError, type LiveObject, patience, type Reference } from '../cluster/index.ts';
import type { RolloutError } from './rollout-error.ts';
import { missingGateways, waitUntilRouted } from './wait-until-routed.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());
// the promise form of setTimeout is not faked: each wait is a step of the fake clock instead
vi.mock('node:timers/promises', () => ({ setTimeout: async (ms: number) => void vi.advanceTimersByTime(ms) }));

const parentRefs = [{ name: 'public' }];
const metadata = { name: 'mnist', namespace: 'n', uid: 'u', resourceVersion: '1', creationTimestamp: '', generation: 1 };
const route: LiveObject = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata, spec: { parentRefs } };

type Say = { readonly accepted?: boolean; readonly resolved?: boolean };
const said = ({ accepted = true, resolved = true }: Say): LiveObject => {
  const condition = (type: string, holds: boolean) => ({
    type,
    status: holds ? 'True' : 'False',
    reason: `${type}IsSo`,
    message: 'in words',
    observedGeneration: 1,
  });
  const conditions = [condition('Accepted', accepted), condition('ResolvedRefs', resolved)];
  return { ...route, status: { parents: [{ parentRef: parentRefs[0], conditions }] } };
};
const gateway = (fields = {}): LiveObject => ({
  ...route,
  kind: 'Gateway',
  metadata: { ...metadata, name: 'public' },
  spec: { gatewayClassName: 'envoy' },
  ...fields,
});

/** A cluster whose route is as `course` says, second by second; its last word stays. */
function clusterOf(course: (LiveObject | ClusterError)[], its: LiveObject | undefined | ClusterError = gateway()) {
  const began = performance.now();
  return {
    get: async ({ kind }: Reference): Promise<LiveObject | undefined> => {
      const answer = kind === 'Gateway' ? its : course[Math.min(Math.floor((performance.now() - began) / 1000), course.length - 1)];
      if (answer instanceof ClusterError) throw answer;
      return answer;
    },
  };
}
const wait = { timeoutSeconds: 300, signal: new AbortController().signal, onWait: () => {} };
const outcome = (...args: Parameters<typeof clusterOf>): Promise<string> =>
  waitUntilRouted(clusterOf(...args), [route], wait).then(
    () => 'routed',
    (error: RolloutError) => `${error.problems[0]?.kind}: ${error.message}`,
  );

test('routes that were taken are not waited for', async () => {
  const onWait = vi.fn<() => void>();
  await waitUntilRouted(clusterOf([said({})]), [route], { ...wait, onWait });
  expect(onWait).not.toHaveBeenCalled();
});

test('a gateway that takes its time, an API server that is away and a refusal that passes are waited out', async () => {
  const away = new ClusterError('unreachable', 'not reached');
  expect(await outcome([route, away, said({ resolved: false }), route, said({})])).toBe('routed');
});

test('a refusal that lasts is a failure in the words of the gateway', async () => {
  const course = [...Array.from({ length: 20 }, () => route), said({ resolved: false })];
  expect(await outcome(course)).toBe(
    'route: HTTPRoute n/mnist on Gateway n/public is refused: not ResolvedRefs: ResolvedRefsIsSo: in words',
  );
  expect(performance.now()).toBeGreaterThanOrEqual((20 + patience.route) * 1000);
});

const silence = `attachment: nobody has said within ${patience.attachment} s whether HTTPRoute n/mnist on Gateway n/public is accepted: `;
const notProgrammed = { status: { conditions: [{ type: 'Programmed', status: 'False', message: 'no address left' }] } };
test.each<[string, LiveObject | undefined | ClusterError, string]>([
  ['of a gateway that was deleted', undefined, 'Gateway n/public does not exist'],
  ['of a gateway that nobody runs', gateway(), 'is the controller of its class "envoy" running?'],
  ['of a gateway that has no place', gateway(notProgrammed), 'Gateway n/public is not Programmed: no address left'],
  ['of a gateway that we may not see', new ClusterError('forbidden', 'no'), 'Gateway n/public may not be read with these credentials'],
])('the silence %s is a failure that says so', async (_, its, words) => {
  const course = clusterOf([route]);
  const get = async (reference: Reference) => {
    if (reference.kind !== 'Gateway') return course.get(reference);
    if (its instanceof ClusterError) throw its;
    return its;
  };
  const failed = await waitUntilRouted({ get }, [route], wait).catch(
    (error: RolloutError) => `${error.problems[0]?.kind}: ${error.message}`,
  );
  expect(failed).toBe(silence + words);
});

test('an error that does not pass is told at once', async () => {
  await expect(waitUntilRouted(clusterOf([new ClusterError('forbidden', 'not yours')]), [route], wait)).rejects.toThrow('not yours');
});

test('a gateway that is missing is told before anything is applied; one that we may not look for is not', async () => {
  const get = async (): Promise<undefined> => undefined;
  expect(await missingGateways({ get }, [route])).toEqual([
    'Gateway n/public does not exist: nothing could come in by HTTPRoute n/mnist on Gateway n/public',
  ]);
  expect(await missingGateways(clusterOf([route]), [route])).toEqual([]);
  expect(await missingGateways(clusterOf([route], new ClusterError('forbidden', 'no')), [route])).toEqual([]);
});
