import type { ContainerStatus, Happening, Observation, Pod, Workload } from '../workload.ts';

const meta = (name: string) => ({
  name,
  namespace: 'dev',
  uid: `uid-of-${name}`,
  resourceVersion: '1',
  creationTimestamp: '2026-11-24T14:00:00Z',
});

/** A Deployment of one replica whose newest version is complete, unless told otherwise. */
export function workload(status: Workload['status'] = {}, spec: Partial<Workload['spec']> = {}, generation = 2): Workload {
  const template = { spec: { containers: [{ name: 'ab-router', image: 'switchyard/ab-router:1' }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...meta('mnist-main'), generation },
    spec: { replicas: 1, selector: { matchLabels: { app: 'mnist' } }, template, ...spec },
    status: { observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1, ...status },
  };
}

export function pod(containerStatuses: readonly ContainerStatus[], status: Pod['status'] = {}, name = 'mnist-main-1'): Pod {
  const containers = containerStatuses.map(({ name: its, image }) => ({ name: its, image }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta(name),
    spec: { containers },
    status: { phase: 'Pending', containerStatuses, ...status },
  };
}

export const container = (status: Partial<ContainerStatus> = {}): ContainerStatus => ({
  name: 'model',
  image: 'acme/model:7',
  ready: false,
  restartCount: 0,
  ...status,
});

export function event(reason: string, message: string, of: Partial<Happening> & { pod?: string; container?: string } = {}): Happening {
  const { pod: its = 'mnist-main-1', container: within = 'model', ...fields } = of;
  const involvedObject = { kind: 'Pod', name: its, uid: `uid-of-${its}`, fieldPath: `spec.containers{${within}}` };
  return { apiVersion: 'v1', kind: 'Event', metadata: meta('event'), type: 'Warning', reason, message, involvedObject, ...fields };
}

export const observation = (parts: Partial<Observation> = {}): Observation => ({
  deployment: workload(),
  pods: [],
  events: [],
  endpoints: [],
  ...parts,
});
