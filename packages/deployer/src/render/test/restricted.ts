type Fields = Readonly<Record<string, unknown>>;

/** A part of an object that may not be there. */
const at = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>((before, key) => (before as Fields | undefined)?.[key], value);

const volumeSources = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret'];

/**
 * What a pod breaks of the Pod Security Standards' profile `restricted`, which holds all of `baseline`.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function violations(spec: Fields): string[] {
  const found = ['hostNetwork', 'hostPID', 'hostIPC'].filter((key) => spec[key] === true);
  for (const volume of (spec['volumes'] ?? []) as readonly Fields[])
    for (const source of Object.keys(volume)) if (source !== 'name' && !volumeSources.includes(source)) found.push(`volume ${source}`);
  const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((key) => (spec[key] ?? []) as readonly Fields[]);
  for (const each of containers) found.push(...ofContainer(each, spec).map((what) => `${String(each['name'])}: ${what}`));
  return found;
}

function ofContainer(container: Fields, pod: Fields): string[] {
  const own = (...keys: readonly string[]): unknown => at(container, 'securityContext', ...keys);
  const either = (...keys: readonly string[]): unknown => own(...keys) ?? at(pod, 'securityContext', ...keys);
  const added = (own('capabilities', 'add') ?? []) as readonly string[];
  const ports = (container['ports'] ?? []) as readonly Fields[];
  const rules: readonly [string, boolean][] = [
    ['privileged', own('privileged') === true],
    ['allowPrivilegeEscalation', own('allowPrivilegeEscalation') !== false],
    ['runAsNonRoot', either('runAsNonRoot') !== true],
    ['runAsUser', either('runAsUser') === 0],
    ['seccompProfile', !['RuntimeDefault', 'Localhost'].includes(String(either('seccompProfile', 'type')))],
    ['capabilities.drop', !((own('capabilities', 'drop') ?? []) as readonly string[]).includes('ALL')],
    ['capabilities.add', added.some((each) => each !== 'NET_BIND_SERVICE')],
    ['hostPort', ports.some((port) => port['hostPort'] !== undefined && port['hostPort'] !== 0)],
    ['procMount', ![undefined, 'Default'].includes(own('procMount') as undefined)],
  ];
  return rules.filter(([, broken]) => broken).map(([name]) => name);
}
