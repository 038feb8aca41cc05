/** A variable of a container: `{ name, value }`, or `{ name, valueFrom }`. */
export type EnvVar = { readonly name: string; readonly value?: string; readonly valueFrom?: unknown };

/** Variables of an object, to be taken literally: a `$` is doubled, as Kubernetes wants it. What is undefined is left out. */
export function variables(values: Readonly<Record<string, string | undefined>>): EnvVar[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value: value.replaceAll('$', '$$$$') }]));
}

/**
 * The variables of a container, each name once: `fixed` ones win over what is `written` in the manifest, and that over `defaults`. The order
 * matters: a written value may refer to an earlier variable, as in `$(PREDICTIVE_UNIT_ID)`.
 */
export function mergeEnv(fixed: readonly EnvVar[], defaults: readonly EnvVar[], written: unknown): EnvVar[] {
  const names = new Set(fixed.map(({ name }) => name));
  const own = ((written ?? []) as readonly EnvVar[]).filter(({ name }) => !names.has(name));
  return [...new Map([...fixed, ...defaults, ...own].map((each) => [each.name, each])).values()];
}
