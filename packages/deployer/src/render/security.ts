type Fields = Readonly<Record<string, unknown>>;

/** No image of ours has a user of this number by name; none needs one. */
const user = 1000;

/**
 * Pod security of the profile `restricted`. Volumes belong to the group: a claim that is mounted for the first time is writable without root.
 * What the manifest says comes first.
 */
export function podSecurity(written: unknown): Fields {
  return {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: user,
    fsGroup: user,
    fsGroupChangePolicy: 'OnRootMismatch', // does not walk a large model store at every start
    seccompProfile: { type: 'RuntimeDefault' },
    ...(written as Fields | undefined),
  };
}

/** The same of a container. Our own images write nothing but to /tmp; an image of others may count on its own folders. */
export function containerSecurity(written: unknown, readOnly: boolean): Fields {
  return {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    ...(readOnly && { readOnlyRootFilesystem: true }),
    ...(written as Fields | undefined),
  };
}
