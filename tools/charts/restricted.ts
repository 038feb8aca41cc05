import type { Container, Pod } from './pods.ts';

/**
 * Where a pod breaks the Pod Security Standard `restricted`, a sentence each. What it cannot break as our charts are written is left out:
 * host ports, sysctls, SELinux, AppArmor, /proc. And beyond the standard: a root file system that is only read, and a limit of memory.
 */
export function breaches(pod: Pod): string[] {
  const host = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => pod[field]).map((field) => `${pod.of}: ${field}`);
  const volumes = (pod.volumes ?? []).filter((each) => each.hostPath).map((each) => `${pod.of}: volume ${each.name} is of the node`);
  const containers = [...(pod.initContainers ?? []), ...pod.containers];
  return [...host, ...volumes, ...containers.flatMap((each) => breachesOf(each, pod))];
}

function breachesOf({ name, securityContext: own = {}, resources }: Container, { of, securityContext: shared = {} }: Pod): string[] {
  const profile = (own.seccompProfile ?? shared.seccompProfile)?.type;
  const rules: readonly (readonly [broken: boolean, what: string])[] = [
    [own.privileged === true, 'is privileged'],
    [own.allowPrivilegeEscalation !== false, 'may gain privileges'],
    [!(own.runAsNonRoot ?? shared.runAsNonRoot), 'may run as root'],
    [(own.runAsUser ?? shared.runAsUser) === 0, 'runs as root'],
    [!own.capabilities?.drop?.includes('ALL'), 'keeps capabilities'],
    [(own.capabilities?.add?.length ?? 0) > 0, 'adds capabilities'],
    [profile !== 'RuntimeDefault' && profile !== 'Localhost', 'has no filter of system calls'],
    [own.readOnlyRootFilesystem !== true, 'writes its root file system'],
    [resources?.requests === undefined || resources.limits?.memory === undefined, 'has no request or no limit of memory'],
  ];
  return rules.filter(([broken]) => broken).map(([, what]) => `${of}, ${name} ${what}`);
}
